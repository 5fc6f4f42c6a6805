// Functions that do as they should, as a CommonJS module.
"use strict";
const fs = require("node:fs");
const net = require("node:net");

let calls = 0;

exports.returnsTheEvent = async (event) => event;

exports.countsItsCalls = async () => ({ calls: ++calls, pid: process.pid });

exports.tellsItsEnvironment = async () => ({ ...process.env });

exports.tellsWhatItsChildrenInherit = async () => {
  const look = `const { fstatSync } = require("fs");
    const isSocket = (fd) => { try { return fstatSync(fd).isSocket(); } catch { return false; } };
    console.log(JSON.stringify([...Array(64).keys()].filter((fd) => fd > 2 && isSocket(fd))));`;
  const { execFileSync } = require("child_process");
  return JSON.parse(execFileSync(process.execPath, ["-e", look], { stdio: ["ignore", "pipe", "inherit"] }));
};

exports.callsBack = (event, context, callback) => {
  setTimeout(() => callback(null, { called: "back" }), 1);
};

exports.callsBackAnError = (event, context, callback) => {
  callback(new RangeError("no such captain: é"));
};

// The answer goes out before the timer: AWS freezes the process with what is left.
exports.callsBackAtOnce = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = false;
  setTimeout(() => {}, 3_600_000);
  callback(null, "at once");
};

// The answer goes out after the timer, whose work it shows.
exports.callsBackBeforeItsWorkIsDone = (event, context, callback) => {
  const answer = { done: false };
  setTimeout(() => (answer.done = true), 50);
  callback(null, answer);
};

// An async handler that calls back, as half of the samples on the web do: the callback counts, and
// not the `undefined` that its promise resolves with.
exports.callsBackAndIsAsync = async (event, context, callback) => {
  callback(null, "called");
};

exports.callsBackAfterAnAwait = async (event, context, callback) => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  callback(null, "called later");
};

exports.callsBackInAPromise = (event, context, callback) =>
  Promise.resolve("ready").then((word) => callback(null, word));

exports.returnsBeforeItCallsBack = async (event, context, callback) => {
  setTimeout(() => callback(null, "too late"), 5);
  return "returned";
};

exports.callsBackTwice = (event, context, callback) => {
  callback(null, "first");
  callback(null, "second");
};

exports.succeedsInAnAsyncHandler = async (event, context) => {
  context.succeed("succeeded");
};

exports.isDone = async (event, context) => {
  context.done(null, "done");
  throw new Error("after the answer: nobody hears of it");
};

exports.succeeds = (event, context) => context.succeed("an old way");

exports.returnsWithoutAPromise = () => "nobody looks at this";

exports.neverCallsBack = (event, context, callback) => {};

exports.returnsUndefined = async () => {};

exports.tellsItsContext = async (event, context) => ({
  ...context,
  remaining: context.getRemainingTimeInMillis(),
});

exports.prints = async () => {
  console.log("to %s", "standard output", { as: "Node.js" });
  console.error("two\nlines");
};

exports.writesATemporaryFile = async () => {
  const file = `${process.env.TMPDIR}/file`;
  fs.writeFileSync(file, "x");
  return file;
};

exports.waitsForRelease = (event) =>
  new Promise((resolve) => {
    const connection = net.connect(event.port, "127.0.0.1");
    connection.on("close", () => resolve(process.pid));
    connection.resume();
  });

exports.deep = { nested: { handler: async () => "from the depth" } };

// The one that the event names: many on one worker.
exports.anyOfThem = (event, context, callback) => exports[event.handler](event, context, callback);
