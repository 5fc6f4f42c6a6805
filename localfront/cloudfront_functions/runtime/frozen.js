// Freezes everything that a script can reach in a context, so that no run affects the next. Evaluated
// first of all there: globals that it needs are deleted later.
(function () {
  "use strict";
  const { defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf } = Object, { ownKeys } = Reflect;
  // Objects that only syntax, getters and the engine's own functions lead to.
  const hidden = [
    Iterator,
    [].values(), ""[Symbol.iterator](), "".matchAll(/a/g), new Map().values(), new Set().values(),
    [].values().map(String), Iterator.from({ next() {} }), Object(1n), Object(Symbol()),
    function* () {}, async function () {}, async function* () {},
  ];
  const reached = new Set();
  const reach = (value) => {
    if (value !== null && (typeof value === "object" || typeof value === "function")) reached.add(value);
  };
  const refuse = () => { throw new TypeError("a frozen context does not tell"); };
  return (modules) => {
    // Their state is outside of the object.
    for (const name of ["stackTraceLimit", "prepareStackTrace"]) defineProperty(Error, name, { value: Error[name] });
    for (const name of ["isFrozen", "isSealed", "isExtensible", "getOwnPropertyDescriptor", "getOwnPropertyDescriptors"]) {
      defineProperty(Object, name, { value: refuse });
    }
    // Errors thrown in it would be caught here.
    defineProperty(Array, "fromAsync", { value: refuse });
    [globalThis, modules, ...hidden].forEach(reach);
    for (const on of reached) { // including those added meanwhile
      reach(getPrototypeOf(on));
      for (const key of ownKeys(on)) {
        const { value, get, set } = getOwnPropertyDescriptor(on, key);
        [value, get, set].forEach(reach);
      }
      freeze(on);
    }
  };
})()
