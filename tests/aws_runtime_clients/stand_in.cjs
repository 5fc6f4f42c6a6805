// Stands in for the native HTTP client of aws-lambda-ric, which is compiled where it is installed: loaded
// before it, with `--require`. `done` and `error` return when the answer is out, as the native ones do.
"use strict";
const { spawnSync } = require("node:child_process");
const http = require("node:http");
const Module = require("node:module");

const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/`;

function next() {
  return new Promise((resolve, reject) => {
    http
      .get(`${base}next`, (response) => {
        let bodyJson = "";
        response.setEncoding("utf8").on("data", (chunk) => (bodyJson += chunk));
        response.on("end", () => resolve({ bodyJson, headers: response.headers }));
      })
      .on("error", reject);
  });
}

const POST = `
  const [url, body] = process.argv.slice(1);
  fetch(url, { method: "POST", body }).then((answer) => answer.text());
`;

function post(target, ...texts) {
  if (!texts.every((text) => typeof text === "string")) throw new TypeError("Wrong arguments");
  spawnSync(process.execPath, ["--eval", POST, base + target, texts[0]]);
}

const native = {
  next,
  done: (id, answer) => post(`${id}/response`, answer),
  error: (id, error, cause) => post(`${id}/error`, error, cause),
};
const load = Module._load;
Module._load = (name, ...rest) => (name.endsWith("rapid-client.node") ? native : load(name, ...rest));
