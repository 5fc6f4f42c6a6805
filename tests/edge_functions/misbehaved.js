// Functions that break the contract, each in one way.
"use strict";
const fs = require("node:fs");
const http = require("node:http");

exports.raises = async () => {
  throw new RangeError("no such captain: é");
};

exports.raisesAtOnce = () => {
  throw new RangeError("at once");
};

exports.throwsAString = async () => {
  throw "a string";
};

exports.exits = async () => {
  console.log("about to leave");
  process.exit(7);
};

exports.isKilled = async () => process.kill(process.pid, "SIGKILL");

exports.sleepsForever = async () => {
  console.log("good night");
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
};

exports.neverSettles = () => new Promise(() => {});

exports.blocks = async () => {
  console.log("good night");
  for (;;);
};

exports.rejectsInTheBackground = async () => {
  Promise.reject(new Error("nobody listens"));
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
};

exports.throwsInTheBackground = async () => {
  setTimeout(() => {
    throw new Error("out of the blue");
  }, 1);
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
};

exports.returnsNaN = async () => ({ status: NaN });

exports.returnsACycle = async (event) => Object.assign(event, { itself: event });

exports.returnsABigInt = async () => 1n;

exports.returnsTenMegabytes = async () => "x".repeat(10 * 1024 * 1024);

exports.allocatesObjects = async () => {
  const kept = [];
  for (;;) kept.push({ number: kept.length });
};

exports.allocatesBuffers = async () => {
  const kept = [];
  for (;;) kept.push(Buffer.alloc(1024 * 1024, 1));
};

exports.usesMuchMemory = async () => Buffer.alloc(200 * 1024 * 1024, 1).length;

exports.printsForever = async () => {
  for (;;) console.log("on and on");
};

const post = (path, body) =>
  new Promise((resolve, reject) => {
    const url = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`;
    const request = http.request(url, { method: "POST", agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    });
    request.on("error", reject).end(body);
  });

exports.answersTwice = async (event, context) => {
  await post(`invocation/${context.awsRequestId}/response`, '"first"');
  return "second";
};

exports.answersAnother = async () => post("invocation/another-id/response", '"forged"');

exports.writesInto = async (event) => {
  try {
    fs.writeFileSync(event.file, "changed");
  } catch (error) {
    return error.code;
  }
  return "written";
};

exports.reads = async (event) => {
  try {
    return fs.readFileSync(event.file, "latin1");
  } catch (error) {
    return error.code;
  }
};

exports.crashesOrHangsWhenTold = async (event) => {
  if (event.does === "crash") process.exit(3);
  if (event.does === "hang") await new Promise((resolve) => setTimeout(resolve, 3_600_000));
  return event;
};

// The one that the event names: many on one worker.
exports.anyOfThem = (event, context, callback) => exports[event.handler](event, context, callback);
