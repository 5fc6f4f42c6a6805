// The start of every run, and its only interface to the host. Evaluated once in each context,
// which takes as long as its text: rarely used parts are in seldom.js, evaluated when needed;
// `globals` is for scripts that may use more of them than they name.
(function (globals, seldom, maxLog) {
  "use strict";
  const { stringify, parse } = JSON, { defineProperty, getPrototypeOf, setPrototypeOf } = Object;
  const compile = eval, modules = Object.create(null);
  const list = () => setPrototypeOf([], null); // a script can't give it a `toJSON`
  const held = { __proto__: null, stringify, parse, list, modules, maxLog, told: "", now: 0, Error, Promise, String };
  let others;
  const other = () => others ??= compile(seldom)(held);

  // "Dynamic code evaluation": also through any function's constructor.
  const refuse = function () { throw new TypeError("dynamic code evaluation is not supported"); };
  for (const f of [refuse, async function () {}, function* () {}, async function* () {}]) {
    defineProperty(getPrototypeOf(f), "constructor", { value: refuse });
  }
  defineProperty(refuse, "prototype", { value: Function.prototype, writable: false });

  if (globals) globals(held, refuse);
  const define = held.define = (on, name, value) => defineProperty(on, name, { value, writable: true, configurable: true });
  define(globalThis, "console", { log: (value) => other().log(value) });
  define(globalThis, "require", (name) => other().require(name));

  // Their names end the script's part of a stack trace (engine.py).
  const { "the host": run, "the result": succeed } = {
    "the result": function (value) {
      try {
        const result = stringify(value);
        held.outcome = { __proto__: null, result: result === undefined ? "null" : result, origin: held.origin };
      } catch (error) { other().fail(error); }
    },
    "the host": function (command, first, second) {
      if (command === "begin") {
        held.told = first;
        held.now = second;
        held.outcome = undefined;
        held.lines = list();
        held.questions = list();
        held.origin = list();
        if (others) others.begin();
      } else if (command === "run" || command === "run again") {
        try {
          const handler = command === "run" ? second : second();
          if (typeof handler !== "function") throw new ReferenceError("there is no function named handler");
          const given = parse(first);
          if (given && given.request) define(given.request, "rawQueryString", () => other().raw());
          const returned = handler(given);
          if (returned instanceof Promise) returned.then(succeed, other().fail);
          else {
            succeed(returned);
            // The complete state, unless a pending job adds to it.
            if (!(others && others.isNeeded()) && held.outcome) return held.outcome.result;
          }
        } catch (error) { other().fail(error); }
      } else if (command === "state") {
        return stringify({ __proto__: null, outcome: held.outcome, questions: held.questions, logs: held.lines });
      } else return other()[command](first, second);
    },
  };
  return run;
})
