// @ts-check
// The settings of each distribution, group by group, each with where it was read.

import { call } from "./api.js";
import { find, make } from "./elements.js";

/** @typedef {{ title: string, place: string, rows: [string, string][] }} Group */

export async function showSettings() {
  /** @type {{ id: string, groups: Group[] }[]} */
  const distributions = (await call("GET", "/api/settings")).distributions;
  const groups = distributions.flatMap((distribution) => distribution.groups.map(groupOf));
  const box = find("[data-settings]", HTMLElement);
  box.replaceChildren(...groups);
  if (!groups.length) box.textContent = "No distribution is served.";
}

/** @param {Group} group */
function groupOf({ title, place, rows }) {
  const lines = rows.map(([name, value]) => make(
    "tr", {}, make("th", { scope: "row" }, name), make("td", {}, value),
  ));
  return make(
    "details", { class: "block", open: title.startsWith("Distribution") },
    make("summary", {}, title),
    place && make("p", { class: "place" }, `from ${place}`),
    make("table", { class: "facts-table settings-table" }, make("tbody", {}, ...lines)),
  );
}
