// Visitors from Germany are sent to their own pages.
function handler(event) {
  var country = event.request.headers["cloudfront-viewer-country"];
  if (!country || country.value !== "DE") {
    return event.request;
  }
  return {
    statusCode: 302,
    statusDescription: "Found",
    headers: { location: { value: "/de" + event.request.uri } },
  };
}
