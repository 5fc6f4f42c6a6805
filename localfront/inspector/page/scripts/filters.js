// @ts-check
// The filters above the list. They offer the values that occurred.

import { find, make } from "./elements.js";

/** @typedef {import("./rows.js").Wanted} Wanted */
/** @typedef {import("./api.js").Row} Row */

const LISTED = /** @type {const} */ (["result", "behavior", "distribution"]);

export class Filters {
  /**
   * @param {HTMLFormElement} form
   * @param {(wanted: Wanted) => void} onChange
   */
  constructor(form, onChange) {
    this.form = form;
    /** @type {Record<string, Set<string>>} */
    this.seen = Object.fromEntries(LISTED.map((name) => [name, new Set()]));
    form.addEventListener("input", () => onChange(this.wanted()));
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** @returns {Wanted} */
  wanted() {
    const given = new FormData(this.form);
    /** @param {string} name */
    const value = (name) => String(given.get(name) ?? "");
    return {
      text: value("text").trim().toLowerCase(),
      status: value("status"),
      result: value("result"),
      behavior: value("behavior"),
      distribution: value("distribution"),
      failed: given.has("failed"),
    };
  }

  /** @param {Row[]} rows */
  offer(rows) {
    for (const name of LISTED) {
      const seen = /** @type {Set<string>} */ (this.seen[name]);
      for (const row of rows) {
        const value = row[name];
        if (!value || seen.has(value)) continue;
        seen.add(value);
        find(`[name="${name}"]`, HTMLSelectElement, this.form).append(make("option", { value }, value));
      }
    }
    const several = (this.seen["distribution"]?.size ?? 0) > 1;
    find("[data-distributions]", HTMLElement, this.form).hidden = !several;
  }

  focus() {
    find('[name="text"]', HTMLInputElement, this.form).focus();
  }
}
