// The globals of the guide and no others, and a frozen Date.
((unlisted) => function (held, refuse) {
  "use strict";
  const RealDate = Date, construct = Reflect.construct;

  // "Date and timestamps": the time is that of the start.
  const FrozenDate = function Date(...parts) {
    if (!new.target) return new RealDate(held.now).toString();
    return construct(RealDate, parts.length ? parts : [held.now], new.target);
  };
  FrozenDate.prototype = RealDate.prototype;
  FrozenDate.prototype.constructor = FrozenDate;
  FrozenDate.now = () => held.now;
  FrozenDate.UTC = RealDate.UTC;
  FrozenDate.parse = RealDate.parse;

  for (const name of unlisted.split(" ")) delete globalThis[name];
  globalThis.Date = FrozenDate;
  globalThis.Function = globalThis.eval = refuse;
})
