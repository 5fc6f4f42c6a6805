// What few runs need: what is logged, errors, modules, a key value store. Evaluated at the first use in
// a run, when a script may have changed the globals: `held` has those that were there before.
(function (held) {
  "use strict";
  const { stringify, parse, define, modules, lines, Promise, String, Error } = held;
  const facts = { edgeLocation: {}, origin: held.origin };
  let logged = 0, waiting = [];

  const push = (list, value) => define(list, list.length, value);
  const text = (value) => {
    if (typeof value === "string") return value;
    let told;
    try { told = stringify(value); } catch { /* a cycle */ }
    return told === undefined ? String(value) : told;
  };
  // Reading a key value store takes a turn of the host: it answers between two runs of the jobs.
  const ask = (question) => new Promise((resolve, reject) => {
    push(waiting, { resolve, reject });
    push(held.questions, question);
  });
  return {
    log: (value) => {
      const line = text(value), room = held.maxLog - logged;
      logged += line.length;
      if (room > 0) push(lines, line.slice(0, room));
    },
    require: (name) => {
      if (!(name in modules)) throw new Error("there is no module '" + name + "'");
      return modules[name];
    },
    fail: (error) => {
      let message = "a value that can't be shown", stack = "";
      try {
        message = error instanceof Error ? error.name + ": " + error.message : text(error);
        stack = String(error && error.stack || "");
      } catch { /* a hostile getter */ }
      held.outcome = { __proto__: null, error: String(message).slice(0, 2000), stack: String(stack).slice(0, 2000) };
    },
    raw: () => parse(held.told).raw ?? undefined,
    begin: () => {
      const { edge } = parse(held.told);
      for (const name in edge) facts.edgeLocation[name] = edge[name]; // which a module holds already
    },
    runtime_1: (make) => make(modules),
    module: (name, make) => { modules[name] = make((name, value) => define(globalThis, name, value), modules, ask, facts); },
    answer: (answers) => {
      const asked = waiting, given = parse(answers);
      waiting = [];
      held.questions = [];
      for (let i = 0; i < asked.length; i++) {
        if (given[i].error === undefined) asked[i].resolve(given[i].value);
        else asked[i].reject(new Error(given[i].error));
      }
    },
    logs: () => stringify(lines),
  };
})
