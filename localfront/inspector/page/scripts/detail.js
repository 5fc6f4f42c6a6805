// @ts-check
// One request in detail: its head, the loop, the stations, and its actions.

import { announce, find, make, milliseconds } from "./elements.js";
import { loopOf } from "./loop.js";
import { stationItem } from "./station.js";

/** @typedef {import("./api.js").Whole} Whole */
/**
 * @typedef {{ reveal: () => void, goTo: (number: number) => void, close: () => void,
 *   actions: (request: Whole) => HTMLElement }} Acts
 */

/**
 * @param {HTMLElement} pane
 * @param {Whole} request
 * @param {Acts} acts
 */
export function showRequest(pane, request, acts) {
  const before = openStations(pane, request.number);
  const total = Math.max(request.ms, ...request.stations.map((s) => (s.start ?? 0) + s.ms), 0.001);
  const around = { total, reveal: acts.reveal, goTo: acts.goTo };
  const items = request.stations.map((station, index) =>
    stationItem(station, around, before ? before.has(index) : isOpenAtFirst(station)));
  const loop = loopOf(request.stations, (name) => jump(pane, name));
  pane.replaceChildren(head(request, acts), loop, make("ol", { class: "stations", "aria-label": "Stations" }, ...items));
  pane.dataset["number"] = String(request.number);
}

/**
 * @param {HTMLElement} pane
 * @param {string} sentence
 */
export function showNothing(pane, sentence) {
  pane.replaceChildren(make("div", { class: "blank" }, make("p", { class: "blank__title" }, sentence)));
  pane.dataset["number"] = "";
}

/** @param {import("./api.js").Station} station */
function isOpenAtFirst(station) {
  return station.state === "failed" || station.name === "cache" || station.name === "store";
}

/**
 * The indices of the open stations, if the same request is shown again.
 *
 * @param {HTMLElement} pane
 * @param {number} number
 */
function openStations(pane, number) {
  if (pane.dataset["number"] !== String(number)) return null;
  const items = [...pane.querySelectorAll(".station")];
  return new Set(items.flatMap((item, index) => (item.querySelector(":scope > details[open]") ? [index] : [])));
}

/**
 * @param {HTMLElement} pane
 * @param {string} name
 */
function jump(pane, name) {
  const item = pane.querySelector(`[data-station="${name}"]`);
  const details = item?.querySelector("details");
  if (details) details.open = true;
  item?.scrollIntoView({ block: "start", behavior: "smooth" });
  item?.querySelector("summary")?.focus({ preventScroll: true });
}

/**
 * @param {Whole} request
 * @param {Acts} acts
 */
function head(request, acts) {
  const when = new Date(request.at * 1000);
  const title = make("h2", { tabindex: -1 }, `${request.method} ${request.scheme || "http"}://${request.host}${request.target}`);
  const facts = make(
    "p", { class: "head__facts" },
    make("span", {}, milliseconds(request.ms) || `${request.ms} ms`),
    make("time", { datetime: when.toISOString() }, when.toLocaleTimeString("en-GB")),
    request.distribution && make("span", {}, request.distribution),
    make("code", { title: "X-Amz-Cf-Id" }, request.id),
  );
  return make(
    "div", { class: "head", "data-tone": request.tone },
    make("button", { type: "button", class: "button button--small back", onclick: acts.close }, "← All requests"),
    make(
      "div", { class: "head__line" },
      make("span", { class: "status" }, String(request.status || "—")),
      make("span", { class: "tag" }, request.result || "no result"),
      title,
    ),
    facts,
    request.reason && make("p", { class: "notice notice--failure" }, request.reason),
    acts.actions(request),
  );
}

/** @param {HTMLElement} pane */
export function focusHead(pane) {
  const title = find("h2", HTMLElement, pane);
  announce(title.textContent ?? "");
}
