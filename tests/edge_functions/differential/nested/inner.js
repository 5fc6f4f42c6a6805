exports.handler = async () => "in a folder";
exports.a = { b: { handler: async () => "deep" } };
exports.here = async () => require("./index.js").handler();
