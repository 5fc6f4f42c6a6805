// A function's error, in the form of AWS's runtime clients, for the Runtime API and the log.

import { types } from "node:util";

export class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

const UNREADABLE = {
  errorType: "handled",
  errorMessage:
    "callback called with Error argument, but there was a problem while retrieving one or more of its " +
    "message, name, and stack",
  trace: [],
};

const areTexts = (...values) => values.every((value) => value && typeof value === "string");
const printable = (text) => text?.replace(/\x7F/g, "%7F");

// The error object of the Runtime API. `major` is the runtime's version: from 24 on, only
// instances of Error are errors; before, any object with a name, a message and a stack is one.
export function described(error, major) {
  try {
    const known =
      major < 24
        ? types.isNativeError(error) || (error && areTexts(error.name, error.message, error.stack))
        : error instanceof Error;
    if (!known) {
      const errorMessage = major < 24 ? error.toString() : String(error);
      return { errorType: typeof error, errorMessage, trace: [] };
    }
    const trace = major < 24 ? printable(error.stack).split("\n") : printable(error.stack)?.split("\n");
    return {
      errorType: printable(error.name),
      errorMessage: printable(error.message),
      trace: trace ?? [],
    };
  } catch {
    return UNREADABLE;
  }
}

// The text in the log, after "Invoke Error ". Throws a TypeError if there is none.
export function logged(error, major) {
  const known = error instanceof Error ? error : new Error(major < 24 ? error : String(error));
  try {
    return `\t${JSON.stringify(known, (_key, value) => withItsFields(value))}`;
  } catch {
    return `\t${JSON.stringify(described(error, major))}`;
  }
}

function withItsFields(value) {
  if (!(value instanceof Error)) return value;
  const { name: errorType, message: errorMessage, stack } = value;
  const fields = { errorType, errorMessage, code: /** @type {any} */ (value).code, ...value };
  return typeof stack === "string" ? { ...fields, stack: stack.split("\n") } : fields;
}
