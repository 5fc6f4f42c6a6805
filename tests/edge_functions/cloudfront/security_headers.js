// Adds headers and a cookie to each response.
function handler(event) {
  var response = event.response;
  response.headers["strict-transport-security"] = { value: "max-age=63072000" };
  response.cookies.seen = { value: "yes", attributes: "Path=/; Secure" };
  return response;
}
