// The module `cloudfront`. The choice of an origin is recorded here and read by the host, which
// knows the distribution: a mistake makes the result invalid, as on CloudFront.
(function (define, modules, ask, facts) {
  "use strict";
  const formats = {
    string: (value) => value,
    json: JSON.parse,
    bytes: (value) => modules.buffer.Buffer.from(value),
  };
  const store = () => ({
    get: async (key, options) => {
      const format = (options && options.format) || "string";
      if (!(format in formats)) throw new TypeError("there is no format '" + format + "'");
      return formats[format](await ask({ __proto__: null, get: String(key) }));
    },
    exists: (key) => ask({ __proto__: null, exists: String(key) }),
    meta: () => ask({ __proto__: null, meta: true }),
  });
  const choose = (name) => (...given) => {
    if (!facts.edgeLocation.name) throw new Error("cf." + name + "() works at viewer-request alone");
    facts.choose(name, given);
  };
  const missing = (name) => () => { throw new Error("cf." + name + "() is not emulated by localfront"); };
  return {
    kvs: store,
    edgeLocation: facts.edgeLocation,
    updateRequestOrigin: choose("updateRequestOrigin"),
    selectRequestOriginById: choose("selectRequestOriginById"),
    // The page's own example of overrides calls it by this name.
    overrideRequestOrigin: choose("selectRequestOriginById"),
    createRequestOriginGroup: choose("createRequestOriginGroup"),
    cwt: { validateToken: missing("cwt.validateToken"), generateToken: missing("cwt.generateToken") },
  };
})
