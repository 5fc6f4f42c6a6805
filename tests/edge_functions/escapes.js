// Functions that reach for what is around their worker, each in one way. They tell the error's
// code, or what they got.
"use strict";
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");

const told = (attempt) => {
  try {
    return attempt() ?? null;
  } catch (error) {
    return error.code;
  }
};

exports.reads = async ({ file }) => told(() => fs.readFileSync(file, "latin1").slice(0, 20));

exports.lists = async ({ file }) => told(() => fs.readdirSync(file));

exports.readsInAChild = async ({ file }) => spawnSync("/bin/cat", [file]).status;

exports.executes = async ({ file }) => spawnSync(file).error?.code;

exports.removes = async ({ file }) => told(() => fs.unlinkSync(file));

exports.addsAFileIn = async ({ file }) =>
  told(() => fs.writeFileSync(path.join(file, "added"), ""));

exports.tellsTheRuntimeSFolder = async () => process.env.LAMBDA_RUNTIME_DIR;

exports.tellsItsTemporaryFolder = async () => process.env.TMPDIR;

exports.connectsToAUnixSocket = ({ file }) =>
  new Promise((resolve) => {
    const connection = net.connect(file, () => resolve("connected"));
    connection.on("error", (error) => resolve(error.code));
  });

exports.speaksWithItsChild = async () =>
  spawnSync(process.execPath, ["-e", "process.stdout.write('hello')"]).stdout.toString();

// Names no variable of the worker's, belongs to no group of it, and its parent has ended.
const escape = (mark) => `
  const options = { detached: true, env: {}, stdio: "ignore" };
  const wait = ["-e", "setTimeout(() => {}, 3_600_000)", ${JSON.stringify(mark)}];
  require("node:child_process").spawn(process.execPath, wait, options).unref();
`;

exports.leavesStrays = async ({ mark, strays, leave }) => {
  for (let i = 0; i < strays; i++) spawnSync(process.execPath, ["-e", escape(mark)], { env: {} });
  if (leave) process.exit(3);
  return { supervisor: process.ppid, worker: process.pid };
};

// The one that the event names: many attacks on one worker.
exports.anyOfThem = async (event) => exports[event.attack](event);
