// A client of the Lambda Runtime API, on plain sockets: a handler's result and the request for the
// next event are sent together, so that an invocation takes one write and one read (see
// worker_connection.py).
//
// Source: AWS Lambda Developer Guide, "Using the Lambda runtime API".

import net from "node:net";

const END = "\r\n\r\n";
const onLinux = process.platform === "linux";
const resourceUsage = process.resourceUsage.bind(process);

// Responses arrive in the order of requests. An open connection keeps Node.js awake only while it waits
// for one: a handler with nothing left to do has to end.
class Connection {
  #received = Buffer.alloc(0);
  #waiting = [];
  #socket;

  constructor(socket) {
    this.#socket = socket;
    this.#socket.on("data", (chunk) => this.#read(chunk));
    this.#socket.on("error", (error) => this.#end(error));
    this.#socket.on("close", () => this.#end(new Error("The Runtime API is gone.")));
  }

  // Resolves with a response to each of the requests.
  ask(requests, times = 1) {
    this.#socket.ref();
    const answers = Array.from({ length: times }, () => this.#answer());
    this.#socket.write(requests);
    return Promise.all(answers);
  }

  close() {
    this.#socket.destroy();
  }

  #answer() {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #read(chunk) {
    this.#received = this.#received.length ? Buffer.concat([this.#received, chunk]) : chunk;
    for (let end; (end = this.#received.indexOf(END)) >= 0; ) {
      const [status, ...lines] = this.#received.toString("latin1", 0, end).split("\r\n");
      const headers = Object.fromEntries(lines.map(headerOf));
      const begin = end + END.length;
      const length = begin + Number(headers["content-length"]);
      if (this.#received.length < length) return;
      const text = this.#received.toString("utf8", begin, length);
      this.#received = this.#received.subarray(length);
      this.#waiting.shift()?.resolve({ status: Number(status.split(" ")[1]), headers, text });
      if (!this.#waiting.length) this.#socket.unref();
    }
  }

  #end(error) {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

function connected(address) {
  const [host, port] = address.split(":");
  return new Connection(net.connect({ host, port: Number(port), noDelay: true }));
}

function inherited(channel) {
  return new Connection(new net.Socket({ fd: Number(channel) }));
}

function headerOf(line) {
  const colon = line.indexOf(": ");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)];
}

export class RuntimeApi {
  #address;
  #path;
  #channel;
  #connection;

  // `api` is AWS_LAMBDA_RUNTIME_API: an address, and a path that may follow. `channel` may be the file
  // descriptor of a connection that localfront opened.
  constructor(api, channel) {
    [, this.#address, this.#path] = /^([^/]*)(.*)$/.exec(api);
    this.#path += "/2018-06-01/runtime/";
    this.#channel = channel;
  }

  // The next invocation: its event, and the headers that describe it.
  async next() {
    this.#connection ??= this.#channel ? inherited(this.#channel) : connected(this.#address);
    const [invocation] = await this.#connection.ask(this.#get("invocation/next"));
    return read(invocation);
  }

  // Sends the handler's result; resolves with the next invocation.
  async answer(requestId, text) {
    // The process's peak memory, which takes longer to read from outside.
    const peak = onLinux ? `\r\nLocalfront-Peak-Kb: ${resourceUsage().maxRSS}` : "";
    const posted = this.#post(`invocation/${requestId}/response`, text, peak);
    const both = posted + this.#get("invocation/next");
    const [{ status }, invocation] = await this.#connection.ask(both, 2);
    // 413: the result is too large, which the log already says.
    if (status !== 413) check(status, "the answer");
    return read(invocation);
  }

  // Sends the handler's error, or without an id the error that prevented its start.
  async fail(requestId, text) {
    const connection = connected(this.#address);
    const target = requestId === undefined ? "init/error" : `invocation/${requestId}/error`;
    const [{ status }] = await connection.ask(this.#post(target, text));
    connection.close();
    check(status, "the error");
  }

  #get(target) {
    return `GET ${this.#path}${target} HTTP/1.1\r\nHost: ${this.#address}${END}`;
  }

  #post(target, text, more = "") {
    return (
      `POST ${this.#path}${target} HTTP/1.1\r\nHost: ${this.#address}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}${more}${END}${text}`
    );
  }
}

function check(status, what) {
  if (status < 200 || status >= 300) {
    throw new Error(`The Runtime API refused ${what}: HTTP status ${status}.`);
  }
}

function read({ status, headers, text }) {
  if (status !== 200) throw new Error(`No next invocation: HTTP status ${status}.`);
  return { headers, event: JSON.parse(text) };
}
