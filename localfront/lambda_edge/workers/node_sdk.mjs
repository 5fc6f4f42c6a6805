// The AWS SDK, which AWS's runtimes include: from a folder outside of the function's code, which
// node_sdk.py finds, else an error that says how to install it.
//
// Source: AWS Lambda Developer Guide, "Building Lambda functions with Node.js", "Runtime-included
// SDK versions".

import Module, { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const internals = /** @type {any} */ (Module);

// `folder` is a node_modules. It is searched after the function's own modules, as the SDK is
// last in the search path on AWS.
export function offerTheSdk(folder) {
  const isOfTheSdk = (name) => /^@(aws-sdk|smithy)\//.test(name);
  const beside = path.join(path.dirname(folder), "a-module-there.js");
  const resolve = internals._resolveFilename;
  internals._resolveFilename = (name, parent, ...rest) => {
    try {
      return resolve(name, parent, ...rest);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND" || !isOfTheSdk(name)) throw error;
      return createRequire(beside).resolve(name);
    }
  };
  const hooks = `export async function resolve(name, context, next) {
    try {
      return await next(name, context);
    } catch (error) {
      if (!/^@(aws-sdk|smithy)\\//.test(name)) throw error;
      return next(name, { ...context, parentURL: ${JSON.stringify(pathToFileURL(beside).href)} });
    }
  }`;
  internals.register?.(`data:text/javascript,${encodeURIComponent(hooks)}`); // from 18.19 and 20.6 on
}

// A hint for an error about a missing module.
export function howToGetTheSdk(message) {
  const [, name] = /'((?:@aws-sdk|@smithy)\/[\w.-]+|aws-sdk)[/']/.exec(message) ?? [];
  if (!name) return "";
  if (name === "aws-sdk") {
    return (
      ". Lambda's runtimes have no aws-sdk of version 2 since Node.js 18: package it with the " +
      "function, or use @aws-sdk/client-*."
    );
  }
  return (
    `. Lambda's Node.js runtimes bring it, localfront does not: run \`npm install ${name}\` in the ` +
    "function's folder or in one above it, or let NODE_PATH name a folder that has it."
  );
}
