// @ts-check
// Try: where a request would go before it is sent, station by station; then send it.

import { ApiError, call } from "./api.js";
import { find, make } from "./elements.js";
import { loopOf } from "./loop.js";
import { headerLines, viewerLine } from "./orders.js";
import { stationItem } from "./station.js";

/** @typedef {{ distribution: string, behavior: string, reason: string, stations: import("./api.js").Station[] }} Foreseen */

const form = find("[data-try]", HTMLFormElement);
const failure = find("[data-try-failure]", HTMLElement);
const status = find("[data-try-status]", HTMLElement);
const way = find("[data-try-way]", HTMLElement);
let questions = 0; // sent so far, as responses may overtake each other

/** @param {(number: number) => void} open a request */
export function watchTry(open) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sends = event.submitter instanceof HTMLButtonElement && event.submitter.value === "send";
    void trying(sends ? () => send(open) : () => foresee(open, ""));
  });
  form.addEventListener("input", () => { status.textContent = ""; });
}

/** The site's own address, unless another one was typed. */
export async function showTry() {
  const url = find("[name=url]", HTMLInputElement, form);
  url.focus();
  if (url.value) return;
  const site = await call("GET", "/api/site");
  if (!url.value) url.value = site.url; // else the user has typed meanwhile
}

/** @param {() => Promise<void>} act */
async function trying(act) {
  failure.textContent = "";
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    way.replaceChildren();
    status.textContent = "";
    failure.textContent = error.message;
  }
}

function order() {
  const given = new FormData(form);
  /** @param {string} name */
  const value = (name) => String(given.get(name) ?? "").trim();
  return {
    method: value("method"), url: value("url"), body: value("body"),
    headers: [...headerLines(value("headers")), ...viewerLine(value("country"))],
  };
}

/** @param {(number: number) => void} open */
async function send(open) {
  open((await call("POST", "/api/send", order())).number);
}

/**
 * @param {(number: number) => void} open
 * @param {string} options
 */
async function foresee(open, options) {
  const asked = (questions += 1);
  /** @type {Foreseen} */
  const told = await call("POST", `/api/foresee${options}`, order());
  if (asked !== questions) return; // a later request was sent meanwhile
  const around = {
    total: 1, goTo: open, reveal: () => void trying(() => foresee(open, "?reveal")),
  };
  const opens = ["behavior", "cache"];
  const items = told.stations.map((s) => stationItem(s, around, opens.includes(s.name)));
  const where = told.behavior && `Behavior ${told.behavior} of ${told.distribution}. `;
  status.textContent = told.reason ? `${where}Refused. ${told.reason}` : `${where}Nothing was sent.`;
  way.replaceChildren(
    loopOf(told.stations, (name) => way.querySelector(`[data-station="${name}"]`)?.scrollIntoView()),
    make("ol", { class: "stations", "aria-label": "Stations" }, ...items),
  );
}
