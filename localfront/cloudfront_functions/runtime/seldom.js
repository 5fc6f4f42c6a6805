// Rarely used parts: logs, errors, modules, a key value store. Evaluated at the first use,
// when a script may have changed the globals: `held` has the original ones.
(function (held) {
  "use strict";
  const { stringify, parse, list, define, modules, Promise, String, Error } = held;
  let logged = 0, waiting = [], isNeeded = false, isSwallowed = false;

  const push = (onto, value) => { isNeeded = true; define(onto, onto.length, value); };
  const facts = {
    edgeLocation: {},
    choose: (method, given) => push(held.origin, { __proto__: null, method, given: stringify(given) ?? "null" }),
  };
  const text = (value) => {
    if (typeof value === "string") return value;
    let told;
    try { told = stringify(value); } catch { isNeeded = isSwallowed = true; /* a cycle */ }
    return told === undefined ? String(value) : told;
  };
  // Independent of what a script has made of String's methods.
  const brief = (value, most) => {
    try { return String(String(value).slice(0, most)); } catch { return ""; }
  };
  // Reading a key value store needs the host, which replies between two runs of the jobs.
  const ask = (question) => new Promise((resolve, reject) => {
    push(waiting, { resolve, reject });
    push(held.questions, question);
  });
  return {
    isNeeded: () => isNeeded,
    isSwallowed: () => isSwallowed,
    log: (value) => {
      const line = text(value), room = held.maxLog - logged;
      logged += line.length;
      if (room > 0) push(held.lines, brief(line, room));
    },
    require: (name) => {
      if (!(name in modules)) throw new Error("there is no module '" + name + "'");
      return modules[name];
    },
    fail: (error) => {
      let message = "a value that can't be shown", stack = "";
      try {
        message = error instanceof Error ? error.name + ": " + error.message : text(error);
        stack = error && error.stack || "";
      } catch { /* a hostile getter */ }
      isNeeded = true;
      held.outcome = { __proto__: null, error: brief(message, 2000), stack: brief(stack, 2000) };
    },
    raw: () => parse(held.told).raw ?? undefined,
    begin: () => {
      if ("cloudfront" in modules) { // which has the object already
        const { edge } = parse(held.told);
        for (const name in edge) facts.edgeLocation[name] = edge[name];
      }
      logged = 0;
      waiting = [];
      isNeeded = isSwallowed = false;
    },
    freeze: (freeze) => freeze(modules),
    runtime_1: (make) => make(modules),
    module: (name, make) => { modules[name] = make((name, value) => define(globalThis, name, value), modules, ask, facts); },
    answer: (answers) => {
      const asked = waiting, given = parse(answers);
      waiting = [];
      held.questions = list();
      for (let i = 0; i < asked.length; i++) {
        if (given[i].error === undefined) asked[i].resolve(given[i].value);
        else asked[i].reject(new Error(given[i].error));
      }
    },
    logs: () => stringify(held.lines),
  };
})
