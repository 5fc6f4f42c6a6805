// A Lambda Runtime API for one function at a time that notes what becomes of one event. It speaks to AWS's
// runtime client (record.mjs) and to ours (replay.mjs), and words the outcome alike for both.

import http from "node:http";

const INTEGRATION = "application/vnd.awslambda.http-integration-response";
const DELIMITER = Buffer.alloc(8);

export class RuntimeApi {
  #server = http.createServer((request, response) => this.#answer(request, response));
  #outcome;
  #hasStarted = false;
  #event = {};

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = /** @type {import("node:net").AddressInfo} */ (this.#server.address());
    return `127.0.0.1:${port}`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  // Resolves when `event` has had its outcome. Call `ended` when the function's process or thread has.
  begin(event) {
    this.#event = event;
    this.#hasStarted = false;
    return new Promise((resolve) => {
      this.#outcome = resolve;
    });
  }

  ended(status) {
    const when = this.#hasStarted ? {} : { at: "start" };
    this.#outcome({ exit: status, ...when });
  }

  async #answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (request.url.endsWith("/invocation/next")) return this.#next(response);
    response.writeHead(202, { "Content-Length": 2 }).end("{}");
    if (request.url.endsWith("/init/error")) {
      if (!this.#hasStarted) this.#outcome({ at: "start", ...failure(body) });
    } else if (request.url.endsWith("/error")) this.#outcome(failure(body));
    else this.#outcome(streamed(request, body) ?? { result: JSON.parse(body.toString()) });
  }

  #next(response) {
    if (this.#hasStarted) return; // the next event never comes
    this.#hasStarted = true;
    const headers = {
      "Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
      "Lambda-Runtime-Deadline-Ms": String(Date.now() + 60_000),
      "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:edge:3",
      "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
    };
    const event = JSON.stringify(this.#event);
    const length = { "Content-Length": Buffer.byteLength(event) };
    response.writeHead(200, { ...headers, ...length }).end(event);
  }
}

// Of a message its first line counts, without the client's own path.
export function failure(body) {
  const { errorType = "Runtime.Unknown", errorMessage = "" } = JSON.parse(body.toString());
  const message = errorMessage.split("\n")[0];
  return { type: errorType, message: message.replace(/ imported from \S*\/(index|node_handler)\.mjs$/, "") };
}

// As node_streams.mjs tells it: what a function URL makes of a prelude, JSON, or text.
function streamed(request, body) {
  const thrown = request.trailers["lambda-runtime-function-error-body"];
  if (thrown) return failure(Buffer.from(thrown, "base64"));
  if (request.headers["lambda-runtime-function-response-mode"] !== "streaming") return undefined;
  const isIntegration = request.headers["content-type"] === INTEGRATION;
  const end = isIntegration ? body.indexOf(DELIMITER) : -1;
  if (end >= 0) {
    const content = body.subarray(end + DELIMITER.length).toString("base64");
    const prelude = JSON.parse(body.subarray(0, end).toString());
    return { result: { statusCode: 200, ...prelude, body: content, isBase64Encoded: true } };
  }
  try {
    return { result: JSON.parse(body.toString()) };
  } catch {
    return { result: body.toString() };
  }
}

export function variables({ api, runtime, root, handler }) {
  return {
    PATH: process.env.PATH,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_LAMBDA_FUNCTION_NAME: "edge",
    AWS_LAMBDA_FUNCTION_VERSION: "3",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/edge",
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/11/29/[3]0123456789abcdef0123456789abcdef",
    AWS_LAMBDA_RUNTIME_API: api,
    LAMBDA_TASK_ROOT: root,
    _HANDLER: handler,
  };
}
