// Preloaded into a program that listens on all addresses regardless of its options: restricts it to loopback.
"use strict";

const { Server } = require("node:net");

const listen = Server.prototype.listen;

Server.prototype.listen = function (port, ...rest) {
  const isPort = typeof port === "number" || /^\d+$/.test(port);
  return listen.call(this, ...(isPort ? [port, "127.0.0.1"] : [port]), ...rest);
};
