// A client of the Lambda Runtime API for functions in Node.js: loads the handler, then serves one
// invocation after the other. Workers run it by itself; it needs nothing but Node.js 18.
//
//     node_bootstrap.mjs FOLDER [PORT WAITS]
//
// FOLDER is a node_modules outside of the function's code that has the AWS SDK, which AWS's runtimes
// bring (see node_sdk.py); it may be empty. A debugger may attach at PORT, and is waited for where WAITS is
// not empty.
//
// Not emulated: response streaming, log levels and JSON logs.
//
// Source: AWS Lambda Developer Guide, "Using the Lambda runtime API", "Define Lambda function
// handler in Node.js", "Using the Lambda context object to retrieve Node.js function information".

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, writeSync } from "node:fs";
import http from "node:http";
import inspector from "node:inspector";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

import { heedTheClock, patchDate } from "./node_clock.mjs";
import { howToGetTheSdk, offerTheSdk } from "./node_sdk.mjs";

const {
  AWS_EXECUTION_ENV: environment = "",
  AWS_LAMBDA_RUNTIME_API: api,
  LAMBDA_TASK_ROOT: root = "",
  _HANDLER: handlerName = "",
} = process.env;
// The runtime that the function asks for, whichever Node.js runs it.
const major = Number(/nodejs(\d+)/.exec(environment)?.[1] ?? 0);
const takesCallbacks = major < 24;

const base = new URL(`http://${api}/2018-06-01/runtime/`);
const agent = new http.Agent({ keepAlive: true });
let requestId; // of the invocation under way

class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

// The Runtime API

function exchange(method, target, body = "", headers = {}) {
  return new Promise((resolve, reject) => {
    const url = new URL(target, base);
    const length = { "Content-Length": Buffer.byteLength(body) };
    const request = http.request(url, { method, agent, headers: { ...headers, ...length } });
    request.on("error", reject);
    request.on("response", async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    request.end(body);
  });
}

async function post(target, body) {
  const { status } = await exchange("POST", target, body, {
    "Content-Type": "application/json",
  });
  // 413: too large an answer is the function's failure, and told already.
  if (status !== 413 && (status < 200 || status >= 300)) {
    throw new Error(`The Runtime API refused ${target}: HTTP status ${status}.`);
  }
}

async function next() {
  const { status, headers, text } = await exchange("GET", "invocation/next");
  if (status !== 200) throw new Error(`No next invocation: HTTP status ${status}.`);
  return { headers, event: JSON.parse(text) };
}

// What the handler sees

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    tenantId: undefined,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

// Resolves with what the handler answers, rejects with what it throws. Of the callback, `done`,
// `succeed`, `fail` and the handler's own promise the first one counts, as in AWS's runtime client:
// an async handler may call back, and the `undefined` that it resolves with later is ignored.
function answerOf(handler, event, context) {
  if (!takesCallbacks) return (async () => handler(event, context))();
  const answered = new Promise((resolve, reject) => {
    const atEmptyLoop = (end) => process.removeAllListeners("beforeExit").once("beforeExit", end);
    let isAnswered = false; // also, one that comes late must not touch the next invocation
    const first = (answer) => (...values) => {
      if (isAnswered) return;
      isAnswered = true;
      process.removeAllListeners("beforeExit");
      answer(...values);
    };
    const isError = (error) => error !== undefined && error !== null;
    const done = (error, result) => (isError(error) ? reject(error) : resolve(result));
    const succeed = first(resolve);
    const fail = first((error) => reject(error ?? "handled"));
    const callback = first((error, result) => {
      const waits = !isError(error) && context.callbackWaitsForEmptyEventLoop;
      if (waits) atEmptyLoop(() => resolve(result));
      else done(error, result);
    });
    Object.assign(context, {
      callbackWaitsForEmptyEventLoop: true,
      done: first(done),
      fail,
      succeed,
    });
    atEmptyLoop(first(() => resolve(null))); // nobody is left who could answer
    try {
      const returned = handler(event, context, callback);
      if (typeof returned?.then === "function") returned.then(succeed, fail);
    } catch (error) {
      callback(error);
    }
  });
  return answered.finally(() => process.removeAllListeners("beforeExit"));
}

function serialised(result) {
  try {
    return JSON.stringify(result ?? null) ?? "null";
  } catch (error) {
    throw new RuntimeError("MarshalError", `Unable to stringify the answer: ${error.message}`);
  }
}

async function serve(handler) {
  for (;;) {
    const { headers, event } = await next();
    heedTheClock();
    process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
    const context = contextOf(headers);
    requestId = context.awsRequestId;
    try {
      const answer = serialised(await answerOf(handler, event, context));
      await post(`invocation/${requestId}/response`, answer);
    } catch (error) {
      console.error("Invoke Error\t%s", described(error));
      await post(`invocation/${requestId}/error`, described(error));
    }
    requestId = undefined;
  }
}

// Failures

const inWords = (thrown) => (thrown?.toString ? String(thrown) : format("%s", thrown));

function described(error) {
  const known = error instanceof Error || typeof error?.stack === "string";
  return JSON.stringify({
    errorType: known ? String(error.name) : typeof error,
    errorMessage: known ? String(error.message) : inWords(error),
    trace: known ? String(error.stack).split("\n") : [],
  });
}

async function die(error, status) {
  console.error("Uncaught Exception\t%s", described(error));
  const target = requestId === undefined ? "init/error" : `invocation/${requestId}/error`;
  try {
    await exchange("POST", target, described(error));
  } finally {
    // An attached debugger would keep the process for ever.
    if (inspector.url()) process.kill(process.pid, "SIGKILL");
    process.exit(status);
  }
}

process.on("uncaughtException", (error) => die(error, 129));
process.on("unhandledRejection", (/** @type {any} */ reason) => {
  const error = new RuntimeError("UnhandledPromiseRejection", format("%s", reason?.message ?? reason));
  if (reason?.stack) error.stack = reason.stack;
  die(error, 128);
});

// Logs

for (const level of ["trace", "debug", "info", "warn", "error"]) console[level] = logger(level);
console.log = logger("info");

function logger(level) {
  return (...args) => {
    const time = new Date().toISOString();
    // A carriage return keeps the lines of one message together.
    const message = format(...args).replaceAll("\n", "\r");
    print(`${time}\t${requestId}\t${level.toUpperCase()}\t${message}\n`);
  };
}

// Synchronously, so that who prints without end waits for the reader and fills no memory.
function print(line) {
  try {
    writeSync(1, line);
  } catch (error) {
    if (error.code !== "EAGAIN") throw error;
    process.stdout.write(line); // the function has used it, which makes the pipe non-blocking
  }
}

// The handler

// On AWS there is no folder above the code with modules in it.
const internals = /** @type {any} */ (Module);
const above = internals._nodeModulePaths;
internals._nodeModulePaths = (from) => (isInCode(from) ? above(from).filter(isInCode) : above(from));

const [, , sdk, debugPort, waits] = process.argv;
if (sdk) offerTheSdk(sdk);
if (debugPort) inspector.open(Number(debugPort), "127.0.0.1", Boolean(waits));

function isInCode(file) {
  return `${path.resolve(file)}/`.startsWith(`${path.resolve(root)}/`);
}

async function load() {
  const [, folder, file, names] = /^(.*\/)?([^/.]+)\.([^/]+)$/.exec(handlerName) ?? [];
  if (!names || handlerName.includes("..")) {
    throw new RuntimeError("MalformedHandlerName", `'${handlerName}' is not FILE.FUNCTION.`);
  }
  const module = path.resolve(root, folder ?? "", file);
  const found = [".js", ".mjs", ".cjs"].map((ending) => module + ending).find(existsSync);
  if (!found) throw new RuntimeError("ImportModuleError", `Error: Cannot find module '${file}'`);
  const exported = await imported(realpathSync(found));
  const handler = names.split(".").reduce((value, name) => value?.[name], exported);
  if (typeof handler !== "function") {
    throw new RuntimeError("HandlerNotFound", `${handlerName} is undefined or no function`);
  }
  if (!takesCallbacks && handler.length > 2) {
    throw new RuntimeError(
      "CallbackHandlerDeprecated",
      "Node.js 24 and later have no callbacks: make the handler async, with two parameters.",
    );
  }
  return handler;
}

// AWS's runtime loads a `.js` by `require` unless its package.json says that it is a module.
async function imported(file) {
  const url = pathToFileURL(file).href;
  try {
    if (file.endsWith(".mjs") || (file.endsWith(".js") && isOfAModulePackage(file))) {
      return await import(url);
    }
    return createRequire(url)(file);
  } catch (error) {
    throw explained(error, url);
  }
}

function isOfAModulePackage(file) {
  for (let folder = path.dirname(file); isInCode(folder); folder = path.dirname(folder)) {
    const description = path.join(folder, "package.json");
    if (existsSync(description)) return JSON.parse(readFileSync(description, "utf8")).type === "module";
  }
  return false;
}

function explained(error, url) {
  if (error instanceof SyntaxError) {
    const written = error.stack ?? "";
    const stack = written.startsWith("SyntaxError") ? located(url) || written : written;
    return Object.assign(new RuntimeError("UserCodeSyntaxError", String(error)), { stack });
  }
  // The second: `import` has found a folder of modules above the code, and may not read it.
  const missing = ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(error?.code);
  if (missing || (error?.code === "EACCES" && error.path && !isInCode(error.path))) {
    const { stack } = error;
    const told = `${error}${howToGetTheSdk(error.message)}`;
    return Object.assign(new RuntimeError("ImportModuleError", told), { stack });
  }
  return error;
}

// Node.js tells where an ES module breaks the syntax only when it prints the error itself.
function located(url) {
  const command = ["--input-type=module", "--eval", `import ${JSON.stringify(url)}`];
  return spawnSync(process.execPath, command, { encoding: "utf8", timeout: 5000 }).stderr;
}

patchDate();
heedTheClock();
try {
  await serve(await load());
} catch (error) {
  await die(error, 1);
}
