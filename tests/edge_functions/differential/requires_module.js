const { handler } = require("./modern_sync.mjs");
exports.handler = handler;
