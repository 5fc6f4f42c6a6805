// What our own client of the Runtime API makes of each handler, a thread for each: its start is what is
// looked at, and a process for each would take a minute.
//
//     node [FLAGS] replay.mjs BOOTSTRAP ROOT RUNTIME HANDLER...
//
// Prints outcomes by handler, as outcomes.json has them. Run it in ROOT.

import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

import { RuntimeApi, variables } from "./runtime_api.mjs";

const [bootstrap, root, runtime, ...handlers] = process.argv.slice(2);
const PATIENCE = 20_000; // milliseconds
const outcomes = {};

async function outcomeOf(handler) {
  const api = new RuntimeApi();
  const outcome = api.begin({});
  const env = variables({ api: await api.listen(), runtime, root, handler });
  const worker = new Worker(pathToFileURL(bootstrap), { env, stdout: true, stderr: true });
  worker.on("error", () => {}); // an exception that nobody caught: its end follows
  worker.on("exit", (status) => api.ended(status));
  const late = setTimeout(() => api.ended("timeout"), PATIENCE);
  const found = await outcome;
  clearTimeout(late);
  await worker.terminate();
  api.close();
  return JSON.parse(JSON.stringify(found).replaceAll(root, "/var/task"));
}

async function some() {
  for (let handler; (handler = handlers.shift()); ) outcomes[handler] = await outcomeOf(handler);
}

await Promise.all(Array.from({ length: 4 }, some));
console.log(JSON.stringify(outcomes));
