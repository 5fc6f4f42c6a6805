// A client of the Lambda Runtime API for functions in Node.js: loads the handler, then runs one
// invocation after the other. Workers run this file directly; it needs only Node.js 18.
//
//     node_bootstrap.mjs FOLDER [PORT WAITS]
//
// FOLDER is a node_modules outside of the function's code with the AWS SDK, which AWS's runtimes
// include (see node_sdk.py), or "". A debugger may attach at PORT; if WAITS is not empty, the start
// waits for it.
//
// Not emulated: log levels and JSON logs. Streamed responses are sent in one piece.
//
// Source: AWS Lambda Developer Guide, "Using the Lambda runtime API", "Define Lambda function
// handler in Node.js", "Using the Lambda context object to retrieve Node.js function information".

import { writeSync } from "node:fs";
import inspector from "node:inspector";
import { format } from "node:util";

import { RuntimeApi } from "./node_client.mjs";
import { heedTheClock, patchDate } from "./node_clock.mjs";
import { described, logged, RuntimeError } from "./node_failures.mjs";
import { Loader, refuseCallbacks } from "./node_handler.mjs";
import { offerTheSdk } from "./node_sdk.mjs";
import { isStreaming, offerStreams, streamed } from "./node_streams.mjs";

const {
  AWS_EXECUTION_ENV: environment = "",
  AWS_LAMBDA_RUNTIME_API: address = "",
  LAMBDA_TASK_ROOT: root = "",
  LOCALFRONT_CHANNEL: channel,
  _HANDLER: handlerName = "",
} = process.env;
// The function's configured runtime, whichever Node.js runs it.
const major = Number(/nodejs(\d+)/.exec(environment)?.[1] ?? 0);
const takesCallbacks = major < 24;

delete process.env.LOCALFRONT_CHANNEL;
const api = new RuntimeApi(address, channel);
let requestId; // of the invocation under way

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
    ...(takesCallbacks ? {} : { xRayTraceId: headers["lambda-runtime-trace-id"] }),
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

// Resolves with the handler's result, in a list (a result may have a `then` of its own), and rejects
// with its error. The first of the callback,
// `done`, `succeed`, `fail` and the handler's promise counts, as in AWS's runtime client: an async
// handler may use the callback, and the `undefined` that it resolves with later is ignored.
function answerOf(handler, event, context) {
  if (isStreaming(handler)) return streamed(handler, event, context).then((answer) => [answer]);
  if (!takesCallbacks) return (async () => [await handler(event, context)])();
  const answered = new Promise((resolve, reject) => {
    const atEmptyLoop = (end) => process.removeAllListeners("beforeExit").once("beforeExit", end);
    let isAnswered = false; // a late one must not affect the next invocation either
    const first = (answer) => (...values) => {
      if (isAnswered) return;
      isAnswered = true;
      process.removeAllListeners("beforeExit");
      answer(...values);
    };
    const isError = (error) => error !== undefined && error !== null;
    const done = (error, result) => (isError(error) ? reject(error) : resolve([result]));
    const succeed = first((result) => resolve([result]));
    const fail = first((error) => reject(error ?? "handled"));
    const callback = first((error, result) => {
      const waits = !isError(error) && context.callbackWaitsForEmptyEventLoop;
      if (waits) atEmptyLoop(() => resolve([result]));
      else done(error, result);
    });
    Object.assign(context, {
      callbackWaitsForEmptyEventLoop: true,
      done: first(done),
      fail,
      succeed,
    });
    atEmptyLoop(first(() => resolve([null]))); // nothing is left that could respond
    try {
      const result = handler(event, context, callback);
      if (typeof result?.then === "function") result.then(succeed, fail).catch(fail);
    } catch (error) {
      callback(error);
    }
  });
  return answered.finally(() => process.removeAllListeners("beforeExit"));
}

function serialised(answer) {
  try {
    const text = JSON.stringify(answer === undefined ? null : answer);
    if (typeof text === "string") return text;
  } catch (cause) {
    const error = new Error("Unable to stringify response body");
    error.name = takesCallbacks ? "Error" : "Runtime.JSONStringifyError";
    error.stack += `\nCaused by ${cause}`; // which AWS does not show
    throw error;
  }
  throw new TypeError("Wrong arguments"); // the result is a function or a symbol
}

async function serve(handler) {
  let invoked = api.next();
  for (;;) {
    const { headers, event } = await invoked;
    heedTheClock();
    process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
    const context = contextOf(headers);
    requestId = context.awsRequestId;
    try {
      const [answer] = await answerOf(handler, event, context);
      invoked = api.answer(requestId, serialised(answer));
    } catch (error) {
      await api.fail(requestId, JSON.stringify(described(told(error), major)));
      invoked = api.next();
    }
    requestId = undefined;
  }
}

// Failures

// Logs the error, and returns it. If it cannot be logged, that is another error: before Node.js 24 it
// replaces the first one, from 24 on it ends the process.
function told(error) {
  try {
    console.error("Invoke Error", logged(error, major));
    return error;
  } catch (another) {
    if (!takesCallbacks) throw another;
    return told(another);
  }
}

async function die(title, error, status) {
  console.error(title, logged(error, major));
  try {
    await api.fail(requestId, JSON.stringify(described(error, major)));
  } finally {
    // An attached debugger would keep the process for ever.
    if (inspector.url()) process.kill(process.pid, "SIGKILL");
    process.exit(status);
  }
}

// From Node.js 24 on there are no listeners: the process ends, as is Node.js's default.
if (takesCallbacks) {
  process.on("uncaughtException", (error) => die("Uncaught Exception", error, 129));
  process.on("unhandledRejection", (/** @type {any} */ reason) => {
    const error = new RuntimeError("UnhandledPromiseRejection", reason);
    die("Unhandled Promise Rejection", Object.assign(error, { reason }), 128);
  });
}

// Logs

for (const level of ["trace", "debug", "info", "warn", "error"]) console[level] = logger(level);
console.log = logger("info");

function logger(level) {
  return (first, ...args) => {
    const time = new Date().toISOString();
    // A carriage return keeps the lines of one message together.
    const message = format(first, ...args).replaceAll("\n", "\r");
    print(`${time}\t${requestId}\t${level.toUpperCase()}\t${message}\n`);
  };
}

// Synchronously, so that endless output waits for the reader instead of filling the memory.
function print(line) {
  try {
    writeSync(1, line);
  } catch (error) {
    if (error.code !== "EAGAIN") throw error;
    process.stdout.write(line); // the function has used it, so the pipe is non-blocking
  }
}

// The debugger

// Node.js would continue without one if another program uses its port.
function debug(port) {
  inspector.open(port, "127.0.0.1", Boolean(waits));
  if (inspector.url()) return;
  print("The debugger did not start.\n");
  process.exit(1);
}

// The handler

const [, , sdk, debugPort, waits] = process.argv;
if (sdk) offerTheSdk(sdk);
if (debugPort) debug(Number(debugPort));
offerStreams();

patchDate();
heedTheClock();
try {
  const handler = await new Loader({ root, major }).load(handlerName);
  if (!takesCallbacks && !isStreaming(handler)) refuseCallbacks(handler);
  isStreaming(handler);
  // An error that its module leaves unhandled, such as a rejection, ends the start.
  await new Promise((resolve) => setImmediate(resolve));
  const served = serve(handler);
  if (takesCallbacks) served.catch((error) => die("Uncaught Exception", error, 1));
} catch (error) {
  await die(takesCallbacks ? "Uncaught Exception" : "Init Error", error, 1);
}
