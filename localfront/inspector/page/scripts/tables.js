// @ts-check
// Tables that are wider than they are tall.

import { make } from "./elements.js";

/**
 * @param {string[]} names of the columns; one without a name has no head
 * @param {HTMLElement[]} rows
 */
export function wideTable(names, rows) {
  const heads = names.map((name) => (name ? make("th", { scope: "col" }, name) : make("td")));
  return make("table", { class: "wide-table" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
}
