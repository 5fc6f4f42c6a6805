// The clock of a worker, which localfront may move while it runs, by a file.
//
// The file holds a line of JSON: `{"offset": NANOSECONDS}` ahead of the real clock, or `{"frozen":
// NANOSECONDS}` since 1970; it is blank while the clock is the real one. Timers, `performance` and
// `process.hrtime` are never moved.

import { openSync, readSync } from "node:fs";

const LENGTH = 64; // bytes of the file
const RealDate = Date;
const realNow = Date.now;
let offset = 0; // milliseconds
let frozen; // likewise, since 1970
let seen = "";
const descriptor = opened(); // at once: the function may change its environment

const now = () => frozen ?? Math.floor(realNow() + offset);

// Apply the file's current setting.
export function heedTheClock() {
  if (descriptor === undefined) return;
  const buffer = Buffer.alloc(LENGTH);
  const text = buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, LENGTH, 0)).trim();
  if (text === seen) return;
  const told = JSON.parse(text || "{}");
  seen = text;
  offset = (told.offset ?? 0) / 1e6;
  frozen = told.frozen === undefined ? undefined : Math.floor(told.frozen / 1e6);
}

function opened() {
  try {
    return openSync(`${process.env.LAMBDA_RUNTIME_DIR}/../clock`, "r");
  } catch {
    return undefined; // this clock cannot be moved
  }
}

// From the start: a class that extends Date would keep the real one.
export function patchDate() {
  const moved = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, parts, made) =>
      Reflect.construct(target, parts.length ? parts : [now()], made === moved ? target : made),
  });
  RealDate.now = now; // also for code that already has the class
  RealDate.prototype.constructor = moved;
  globalThis.Date = moved;
  const format = Intl.DateTimeFormat.prototype;
  const real = /** @type {any} */ (Object.getOwnPropertyDescriptor(format, "format"));
  Object.defineProperty(format, "format", {
    ...real,
    get() {
      const own = real.get.call(this);
      return (date) => own(date === undefined ? now() : date);
    },
  });
  const parts = format.formatToParts;
  format.formatToParts = function formatToParts(date) {
    return parts.call(this, date === undefined ? now() : date);
  };
}
