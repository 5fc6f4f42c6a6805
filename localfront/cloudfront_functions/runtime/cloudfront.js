(function (define, modules, ask) {
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
      return formats[format](await ask({ get: String(key) }));
    },
    exists: (key) => ask({ exists: String(key) }),
    meta: () => ask({ meta: true }),
  });
  const missing = (name) => () => { throw new Error("cf." + name + "() is not emulated by localfront"); };
  return {
    kvs: store,
    updateRequestOrigin: missing("updateRequestOrigin"),
    selectRequestOriginById: missing("selectRequestOriginById"),
    createRequestOriginGroup: missing("createRequestOriginGroup"),
  };
})
