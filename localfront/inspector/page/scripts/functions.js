// @ts-check
// The functions: the location of their code, their results, and their use of resources.

import { call } from "./api.js";
import { find, make, milliseconds } from "./elements.js";
import { wideTable } from "./tables.js";

/**
 * @typedef {{ name: string, kind: string, runtime: string, source: string, at: string[], calls: number,
 *   errors: number, p50: number | null, p99: number | null, workers?: number, idle?: number,
 *   coldStarts?: number, peakMb?: number | null, limitMb?: number }} EdgeFunction
 */

const NAMES = [
  "Function", "At", "Code", "Calls", "Errors", "p50", "p99", "Cold starts", "Workers", "Memory",
];

export async function showFunctions() {
  /** @type {EdgeFunction[]} */
  const functions = (await call("GET", "/api/functions")).functions;
  const count = find("[data-function-count]", HTMLElement);
  count.textContent = functions.length ? "" : "No behavior has a function.";
  const rows = functions.map((one) => make(
    "tr", {},
    make("th", { scope: "row" }, one.name, make("br"), make("small", {}, `${one.kind}, ${one.runtime}`)),
    make("td", {}, ...one.at.map((at) => make("div", {}, at))),
    make("td", {}, one.source),
    make("td", {}, String(one.calls)),
    make("td", { "data-tone": one.errors ? "error" : null }, String(one.errors)),
    make("td", {}, time(one.p50)),
    make("td", {}, time(one.p99)),
    make("td", {}, String(one.coldStarts ?? "—")),
    make("td", {}, one.workers === undefined ? "—" : `${one.workers}, ${one.idle} idle`),
    make("td", {}, memory(one)),
  ));
  find("[data-functions]", HTMLElement).replaceChildren(wideTable(NAMES, rows));
}

/** @param {number | null} ms */
function time(ms) {
  return ms === null ? "—" : milliseconds(ms) || "0.0 ms";
}

/** @param {EdgeFunction} one */
function memory({ peakMb, limitMb }) {
  if (limitMb === undefined) return "—";
  return peakMb ? `${peakMb} of ${limitMb} MB` : `of ${limitMb} MB`;
}
