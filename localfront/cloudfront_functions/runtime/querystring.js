(function () {
  "use strict";
  const escape = encodeURIComponent;
  const unescape = (given) => {
    const text = String(given); // outside of `try`: a script's errors are not caught here
    try { return decodeURIComponent(text); } catch { return text.replace(/%[0-9a-f]{2}/gi, "\uFFFD"); }
  };
  const parse = (text, separator = "&", equal = "=", options = {}) => {
    const decode = options.decodeURIComponent || unescape, most = options.maxKeys ?? 1000;
    const parts = text === "" ? [] : text.split(separator), found = {};
    for (const part of most > 0 ? parts.slice(0, most) : parts) {
      if (part === "") continue;
      const at = part.indexOf(equal);
      const read = (raw) => decode(raw.replace(/\+/g, " "));
      const name = read(at < 0 ? part : part.slice(0, at));
      const value = at < 0 ? "" : read(part.slice(at + equal.length));
      const seen = Object.prototype.hasOwnProperty.call(found, name) ? [].concat(found[name], value) : value;
      Object.defineProperty(found, name, { value: seen, writable: true, enumerable: true, configurable: true });
    }
    return found;
  };
  const stringify = (object, separator = "&", equal = "=", options = {}) => {
    const encode = options.encodeURIComponent || escape;
    return Object.keys(object)
      .map((name) => [].concat(object[name]).map((value) => encode(name) + equal + encode(String(value))).join(separator))
      .filter((part) => part !== "")
      .join(separator);
  };
  return { escape, unescape, parse, decode: parse, stringify, encode: stringify };
})
