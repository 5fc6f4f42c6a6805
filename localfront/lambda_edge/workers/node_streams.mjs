// `awslambda.streamifyResponse`: handlers that write their response to a stream. It is sent once it is
// complete, as Lambda does for callers that invoke a function and not its URL. No page of AWS's says
// whether CloudFront accepts such a function at the edge.
//
// Source: AWS Lambda Developer Guide, "Response streaming for Lambda functions".

import { Writable } from "node:stream";

import { RuntimeError } from "./node_failures.mjs";

const STREAMS = Symbol.for("aws.lambda.runtime.handler.streaming");
const INTEGRATION = "application/vnd.awslambda.http-integration-response";
const DELIMITER = Buffer.alloc(8);

export function offerStreams() {
  const off = process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA;
  if (off === "1" || off === "true") return;
  const streamifyResponse = (handler) => Object.assign(handler, { [STREAMS]: "response" });
  /** @type {any} */ (globalThis).awslambda = { streamifyResponse, HttpResponseStream };
}

export function isStreaming(handler) {
  const mark = handler[STREAMS];
  if (mark === undefined || mark === null || mark === false) return false;
  if (mark === "response") return true;
  throw new RuntimeError("MalformedStreamingHandler", "Only response streaming is supported.");
}

class HttpResponseStream {
  static from(stream, prelude) {
    stream.setContentType(INTEGRATION);
    const text = JSON.stringify(prelude);
    stream._onBeforeFirstWrite = (write) => {
      write(text);
      write(DELIMITER);
    };
    return stream;
  }
}

class ResponseStream extends Writable {
  chunks = [];
  contentType = "application/octet-stream";
  hasBegun = false;

  setContentType(contentType) {
    if (this.hasBegun) {
      throw new RuntimeError("InvalidStreamingOperation", "Cannot set content-type, too late.");
    }
    this.contentType = contentType;
  }

  // As in AWS's client, data passed to `end` bypasses this, so a prelude needs one `write`.
  write(chunk, ...rest) {
    const isData = typeof chunk === "string" || chunk instanceof Uint8Array;
    const first = !this.hasBegun && /** @type {any} */ (this)._onBeforeFirstWrite;
    this.hasBegun = true;
    if (typeof first === "function") first((part) => super.write(part));
    return super.write(isData ? chunk : JSON.stringify(chunk), ...rest);
  }

  _write(chunk, _encoding, done) {
    this.chunks.push(chunk);
    done();
  }
}

// The result for the function's caller, as a JSON value: the written text, parsed if it is JSON, or a
// response in format 2.0 of function URLs if the function set status and headers.
export async function streamed(handler, event, context) {
  const stream = new ResponseStream();
  const ended = new Promise((resolve, reject) => stream.on("finish", resolve).on("error", reject));
  ended.catch(() => {}); // awaited below, unless the handler has thrown before
  const awake = setInterval(() => {}, 2 ** 30); // a stream that is never ended times out
  try {
    const returned = handler(event, stream, context);
    if (typeof returned?.then !== "function" && !stream.writableEnded) {
      throw "Streaming does not support non-async handlers.";
    }
    if ((await returned) !== undefined) console.warn("Streaming handlers ignore return values.");
    await ended;
  } finally {
    clearInterval(awake);
  }
  return valueOf(Buffer.concat(stream.chunks), stream.contentType);
}

function valueOf(bytes, contentType) {
  const end = contentType === INTEGRATION ? bytes.indexOf(DELIMITER) : -1;
  if (end >= 0) {
    const body = bytes.subarray(end + DELIMITER.length).toString("base64");
    const prelude = JSON.parse(bytes.subarray(0, end).toString());
    return { statusCode: 200, ...prelude, body, isBase64Encoded: true };
  }
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return bytes.toString();
  }
}
