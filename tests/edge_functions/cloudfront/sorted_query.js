// One order of the parameters makes one object in the cache.
import querystring from 'querystring';

function handler(event) {
  var given = event.request.querystring;
  var sorted = {};
  Object.keys(given).sort().forEach((name) => {
    sorted[name] = given[name].multiValue
      ? given[name].multiValue.map((entry) => entry.value)
      : given[name].value;
  });
  event.request.querystring = querystring.stringify(sorted);
  return event.request;
}
