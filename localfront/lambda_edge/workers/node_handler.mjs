// Finds a function's handler as AWS's runtime clients do: aws-lambda-ric 3.3.0 for Node.js 18 to 22,
// and 4.0.2 for Node.js 24. They differ in how a `.js` file is loaded (`require` unless package.json
// says module; `import`) and in what a default export may be.
//
// Source: AWS Lambda Developer Guide, "Define Lambda function handler in Node.js"; the records in
// tests/edge_functions/differential.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { RuntimeError } from "./node_failures.mjs";
import { howToGetTheSdk } from "./node_sdk.mjs";

// Node.js's message for three parameters, from 24 on.
const NO_CALLBACKS =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
  "You need to modify this function to use a supported handler signature to use Node.js 24 or later. For " +
  "more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.";

// `root` is the folder of the function's code, `handlerName` such as "folder/index.handler".
export class Loader {
  constructor({ root, major }) {
    this.root = path.resolve(root);
    this.imports = major >= 24;
    this.#keepInTheCode();
  }

  // The function. Throws its module's error, or a RuntimeError.
  async load(handlerName) {
    if (handlerName.includes("..")) {
      throw new RuntimeError(
        "MalformedHandlerName",
        `'${handlerName}' is not a valid handler name. Use absolute paths when specifying root ` +
          "directories in handler names.",
      );
    }
    const base = path.basename(handlerName);
    const folder = handlerName.slice(0, handlerName.indexOf(base));
    const [, name, exported] = /^([^.]*)\.(.*)$/.exec(base) ?? [];
    if (exported === undefined) throw new RuntimeError("MalformedHandlerName", "Bad handler");
    const handler = this.#found(await this.#module(folder, name), exported);
    if (!handler) {
      throw new RuntimeError("HandlerNotFound", `${handlerName} is undefined or not exported`);
    }
    if (typeof handler !== "function") {
      throw new RuntimeError("HandlerNotFound", `${handlerName} is not a function`);
    }
    return handler;
  }

  #found(module, exported) {
    const names = exported.split(".");
    const within = (value) => names.reduce((inner, name) => inner && inner[name], value);
    return within(module) || (this.imports ? within(module?.default) : undefined);
  }

  async #module(folder, name) {
    const file = path.resolve(this.root, folder, name);
    try {
      for (const { ending, load } of this.#ways(file)) {
        const loaded = existsSync(file + ending) && (await load(realpathSync(file + ending)));
        if (loaded) return loaded;
      }
      // A package in node_modules, or a built-in one.
      const require = createRequire(path.join(this.root, "/"));
      return require(require.resolve(name, { paths: [this.root, path.join(this.root, folder)] }));
    } catch (error) {
      throw this.#explained(error, file);
    }
  }

  // File name extensions in the order in which they are tried, and the loader for each.
  #ways(file) {
    const imported = (found) => import(pathToFileURL(found).href);
    if (this.imports) {
      return ["", ".js", ".mjs", ".cjs"].map((ending) => ({ ending, load: imported }));
    }
    const required = (found) => createRequire(found)(found);
    const isModule = existsSync(`${file}.js`) && isOfAModulePackage(path.dirname(file));
    const js = isModule ? imported : required;
    return [
      { ending: "", load: required },
      { ending: ".js", load: js },
      { ending: ".mjs", load: imported },
      { ending: ".cjs", load: required },
    ];
  }

  #explained(error, file) {
    if (error instanceof SyntaxError) {
      const written = error.stack ?? "";
      const stack = (written.startsWith("SyntaxError") && located(`${file}.mjs`)) || written;
      return Object.assign(new RuntimeError("UserCodeSyntaxError", String(error)), { stack });
    }
    // The second: `import` has found a folder of modules above the code, and may not read it.
    const isMissing = error?.code === "MODULE_NOT_FOUND";
    if (isMissing || (error?.code === "EACCES" && error.path && !this.#isInCode(error.path))) {
      const told = `${error}${howToGetTheSdk(error.message)}`;
      return Object.assign(new RuntimeError("ImportModuleError", told), { stack: error.stack });
    }
    if (error?.code === "ERR_MODULE_NOT_FOUND") error.message += howToGetTheSdk(error.message);
    return error;
  }

  // On AWS there is no folder above the code with modules in it.
  #keepInTheCode() {
    const internals = /** @type {any} */ (Module);
    const above = internals._nodeModulePaths;
    const inCode = (folder) => this.#isInCode(folder);
    internals._nodeModulePaths = (from) => (inCode(from) ? above(from).filter(inCode) : above(from));
  }

  #isInCode(file) {
    return `${path.resolve(file)}/`.startsWith(`${this.root}/`);
  }
}

// AWS's client: parameters are counted, and a streaming handler has three.
export function refuseCallbacks(handler) {
  if (handler.length > 2) throw new RuntimeError("CallbackHandlerDeprecated", NO_CALLBACKS);
}

// The nearest package.json decides. An invalid one is ignored with a warning, as on AWS.
function isOfAModulePackage(folder) {
  if (folder.endsWith("/node_modules")) return false;
  const description = path.join(folder, "package.json");
  if (existsSync(description)) {
    try {
      return JSON.parse(readFileSync(description, "utf8"))?.type === "module";
    } catch (error) {
      console.warn(
        `${description} cannot be read, it will be ignored for ES module detection purposes.`,
        error,
      );
      return false;
    }
  }
  return folder !== "/" && isOfAModulePackage(path.dirname(folder));
}

// Node.js shows the place of an ES module's syntax error only when it prints the error itself.
function located(file) {
  const url = JSON.stringify(pathToFileURL(file).href);
  const command = ["--input-type=module", "--eval", `import ${url}`];
  return spawnSync(process.execPath, command, { encoding: "utf8", timeout: 5000 }).stderr;
}
