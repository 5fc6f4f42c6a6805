// Runtime 1.0: byte strings in place of Buffer, and without features that its page does not list.
// Source: CloudFront Developer Guide, "JavaScript runtime 1.0 features for CloudFront Functions".
(function (modules) {
  "use strict";
  const Buffer = modules.buffer.Buffer;
  const ofBytes = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const octets = (text) => Array.from(text.split(""), (letter) => letter.charCodeAt(0));
  const encodings = ["hex", "base64", "base64url"];
  const checked = (encoding) => {
    if (!encodings.includes(encoding)) throw new TypeError("Unknown encoding: \"" + encoding + "\"");
    return encoding;
  };
  const add = (on, name, value) => Object.defineProperty(on, name, { value, writable: true, configurable: true });
  const bytesFrom = (from, encoding) => ofBytes(typeof from === "string" ? Buffer.from(from, checked(encoding)) : Buffer.from(from));
  const isOfBytes = (text) => octets(text).every((code) => code < 256);
  const plain = String.prototype.toString;
  add(String, "bytesFrom", bytesFrom);
  add(String.prototype, "bytesFrom", bytesFrom);
  const part = (method) => function (start, end) { return method(plain.call(this).slice(start, end)); };
  add(String.prototype, "toUTF8", part((text) => ofBytes(Buffer.from(text))));
  add(String.prototype, "fromUTF8", part((text) => {
    if (!isOfBytes(text)) return null;
    const bytes = Buffer.from(octets(text)), read = bytes.toString();
    return Buffer.from(read).equals(bytes) ? read : null;
  }));
  add(String.prototype, "toBytes", part((text) => (isOfBytes(text) ? text : null)));
  add(String.prototype, "fromBytes", part((text) => text));
  // Of a byte string its bytes, of other text its UTF-8.
  add(String.prototype, "toString", function (encoding) {
    const text = plain.call(this);
    if (encoding === undefined) return text;
    return Buffer.from(isOfBytes(text) ? octets(text) : text).toString(checked(encoding));
  });

  if (modules.crypto) {
    const made = modules.crypto;
    const hasher = (inner) => ({
      update(data) { inner.update(typeof data === "string" && isOfBytes(data) ? Buffer.from(octets(data)) : data); return this; },
      digest(encoding) { return encoding === undefined ? ofBytes(inner.digest()) : inner.digest(checked(encoding)); },
    });
    modules.crypto = {
      createHash: (name) => hasher(made.createHash(name)),
      createHmac: (name, key) => hasher(made.createHmac(name, typeof key === "string" && isOfBytes(key) ? Buffer.from(octets(key)) : key)),
    };
  }
  delete modules.buffer;
  delete modules.cloudfront;
  for (const name of ["Buffer", "atob", "btoa"]) delete globalThis[name];
  for (const name of ["all", "allSettled", "any", "race"]) delete Promise[name];
  delete String.prototype.replaceAll;
})
