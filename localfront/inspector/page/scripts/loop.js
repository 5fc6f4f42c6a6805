// @ts-check
// The path as a loop: the request goes right along the upper lane, the response comes back along
// the lower one, and they meet where the response was made.

import { make, milliseconds } from "./elements.js";

/** @typedef {import("./api.js").Station} Station */

const THERE = ["viewer", "behavior", "viewer-request", "cache", "origin-request", "origin"];
const BACK = ["answer", "viewer-response", "headers-policy", "store", "origin-response"];
/** @type {Record<string, string>} */
const SHORT = {
  "viewer-request": "viewer request", "origin-request": "origin request",
  "origin-response": "origin response", "viewer-response": "viewer response",
  "headers-policy": "headers policy", store: "into cache", answer: "viewer",
};

/**
 * @param {Station[]} stations
 * @param {(name: string) => void} goTo
 */
export function loopOf(stations, goTo) {
  /** @type {Map<string, Station>} */
  const byName = new Map();
  for (const station of stations) if (!byName.has(station.name)) byName.set(station.name, station);
  const turn = turnOf(byName);
  const loop = make("div", { class: "loop", role: "group", "aria-label": "The path, as a picture" });
  THERE.forEach((name, column) => loop.append(stop(name, column, turn, byName, goTo)));
  BACK.forEach((name, column) => loop.append(stop(name, column, turn, byName, goTo)));
  const beyond = stations.filter((s) => s.name === "failover" || s.name === "error-page");
  if (beyond.length) {
    const told = beyond.map((s) => `${s.title}: ${s.summary}`).join(" · ");
    loop.append(make("p", { class: "loop__beyond" }, `Then once more. ${told}`));
  }
  return loop;
}

/** @param {Map<string, Station>} byName */
function turnOf(byName) {
  let turn = 0;
  THERE.forEach((name, column) => {
    const station = byName.get(name);
    if (station && station.state !== "skipped") turn = column;
  });
  return turn;
}

/**
 * @param {string} name
 * @param {number} column
 * @param {number} turn
 * @param {Map<string, Station>} byName
 * @param {(name: string) => void} goTo
 */
function stop(name, column, turn, byName, goTo) {
  const station = byName.get(name);
  const skipped = !station || station.state === "skipped";
  const isBack = BACK.includes(name);
  const kinds = [
    "stop", skipped && "stop--skipped", isBack && "stop--back", name === "origin" && "stop--origin",
    column < turn && "stop--went", column === turn && column < 5 && !isBack && "stop--turn",
  ];
  return make(
    "button",
    {
      type: "button", class: kinds.filter(Boolean).join(" "), "data-tone": station?.tone || null,
      title: station?.summary ?? "Not reached", onclick: () => goTo(name), disabled: !station,
    },
    make("span", { class: "stop__node" }),
    make("span", { class: "stop__name" }, SHORT[name] ?? name),
    make("span", { class: "stop__ms" }, station && !skipped ? milliseconds(station.ms) : ""),
    make("span", { class: "visually-hidden" }, skipped ? "skipped" : station.summary),
  );
}
