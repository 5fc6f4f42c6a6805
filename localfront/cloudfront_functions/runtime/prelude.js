// What every run starts from: the globals of the guide and no others, a Date that stands still,
// and the one way in and out for the host. Evaluated once in each fresh context.
(function (maxLog) {
  "use strict";
  let now = 0;
  const stringify = JSON.stringify, parse = JSON.parse, RealDate = Date, construct = Reflect.construct;
  const push = Function.prototype.call.bind(Array.prototype.push);
  const modules = Object.create(null);
  const facts = { edgeLocation: {}, origin: [], rawQueryString: undefined };

  // "Dynamic code evaluation": also by way of any function's constructor.
  const refuse = function () { throw new TypeError("dynamic code evaluation is not supported"); };
  for (const f of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    Object.defineProperty(Object.getPrototypeOf(f), "constructor", { value: refuse });
  }
  Object.defineProperty(refuse, "prototype", { value: Function.prototype, writable: false });

  // "Date and timestamps": the time is that of the start.
  const FrozenDate = function Date(...parts) {
    if (!new.target) return new RealDate(now).toString();
    return construct(RealDate, parts.length ? parts : [now], new.target);
  };
  FrozenDate.prototype = RealDate.prototype;
  FrozenDate.prototype.constructor = FrozenDate;
  FrozenDate.now = () => now;
  FrozenDate.UTC = RealDate.UTC;
  FrozenDate.parse = RealDate.parse;

  const keep = new Set(("Object Function Error EvalError InternalError RangeError ReferenceError SyntaxError " +
    "TypeError URIError AggregateError Array Number Boolean String Math Symbol globalThis Date RegExp JSON Promise " +
    "ArrayBuffer DataView Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array Uint8ClampedArray " +
    "Uint16Array Uint32Array parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI " +
    "encodeURIComponent Infinity NaN undefined atob btoa").split(" "));
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!keep.has(name)) delete globalThis[name];
  }

  const text = (value) => {
    if (typeof value === "string") return value;
    let told;
    try { told = stringify(value); } catch { /* a cycle */ }
    return told === undefined ? String(value) : told;
  };
  let lines = [], logged = 0;
  const log = (value) => {
    const line = text(value), room = maxLog - logged;
    logged += line.length;
    if (room > 0) push(lines, line.slice(0, room));
  };
  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  define("Date", FrozenDate);
  define("Function", refuse);
  define("eval", refuse);
  define("console", { log });
  define("require", (name) => {
    if (!(name in modules)) throw new Error("there is no module '" + name + "'");
    return modules[name];
  });

  // Reading a key value store takes a turn of the host: it answers between two runs of the jobs.
  let questions = [], waiting = [], settled = false, outcome;
  const ask = (question) => new Promise((resolve, reject) => {
    push(waiting, { resolve, reject });
    push(questions, question);
  });
  const fail = (error) => {
    let message = "a value that can't be shown", stack = "";
    try {
      message = error instanceof Error ? error.name + ": " + error.message : text(error);
      stack = String(error && error.stack || "");
    } catch { /* a hostile getter */ }
    settled = true;
    outcome = { error: String(message).slice(0, 2000), stack: String(stack).slice(0, 2000) };
  };
  const succeed = (value) => {
    settled = true;
    try {
      const result = stringify(value);
      outcome = { result: result === undefined ? "null" : result, origin: facts.origin };
    } catch (error) { fail(error); }
  };
  const commands = {
    begin: (told, time) => {
      const { raw, edge } = parse(told);
      if (raw !== null) facts.rawQueryString = raw;
      for (const name in edge) facts.edgeLocation[name] = edge[name]; // which a module holds already
      now = time;
    },
    runtime_1: (make) => make(modules),
    module: (name, make) => { modules[name] = make(define, modules, ask, facts); },
    run: (event, handler) => {
      if (typeof handler !== "function") return fail(new ReferenceError("there is no function named handler"));
      try {
        const given = parse(event);
        if (given && given.request) {
          const rawQueryString = () => facts.rawQueryString;
          Object.defineProperty(given.request, "rawQueryString", { value: rawQueryString, writable: true, configurable: true });
        }
        const returned = handler(given);
        if (returned instanceof Promise) returned.then(succeed, fail);
        else succeed(returned);
      } catch (error) { fail(error); }
    },
    answer: (answers) => {
      const asked = waiting;
      waiting = [];
      parse(answers).forEach((given, index) =>
        given.error === undefined ? asked[index].resolve(given.value) : asked[index].reject(new Error(given.error)));
    },
    state: () => {
      const told = stringify({ settled, outcome, questions });
      questions = [];
      return told;
    },
    logs: () => stringify(lines),
  };
  return (command, ...parts) => commands[command](...parts);
})
