// @ts-check
// The settings of each distribution, group by group, each with its source; and localfront's own.

import { call } from "./api.js";
import { find, make } from "./elements.js";
import { wideTable } from "./tables.js";

/** @typedef {{ title: string, place: string, rows: [string, string, string][] }} Group */
/** @typedef {{ name: string, value: string, source: string }} Option */

export async function showSettings() {
  /** @type {{ distributions: { id: string, groups: Group[] }[], options: Option[] }} */
  const { distributions, options } = await call("GET", "/api/settings");
  const groups = distributions.flatMap((distribution) => distribution.groups.map(groupOf));
  const box = find("[data-settings]", HTMLElement);
  box.replaceChildren(...groups);
  if (!groups.length) box.textContent = "No distribution is served.";
  if (options.length) box.append(groupOf(ofOptions(options)));
}

/**
 * @param {Option[]} options
 * @returns {Group}
 */
function ofOptions(options) {
  return {
    title: "Options of localfront", place: "",
    rows: options.map(({ name, value, source }) => [name, value, source]),
  };
}

/** @param {Group} group */
function groupOf({ title, place, rows }) {
  const lines = rows.map(([name, value, source]) => make(
    "tr", {}, make("th", { scope: "row" }, name), make("td", {}, value),
    make("td", { class: "place" }, source),
  ));
  const table = wideTable(["Setting", "Value", "From"], lines);
  table.className = "facts-table";
  return make(
    "details", { class: "block", open: title.startsWith("Distribution") },
    make("summary", {}, title),
    place && make("p", { class: "place" }, `from ${place}`),
    table,
  );
}
