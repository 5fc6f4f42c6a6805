// @ts-check
// All requests that this page has received, and those that match the filters.

/** @typedef {import("./api.js").Row} Row */
/** @typedef {{ text: string, status: string, result: string, behavior: string, distribution: string, failed: boolean }} Wanted */

export const MOST = 5000;
const DROPPED_AT_ONCE = 500; // so that not every new row moves all others

/** @type {Wanted} */
export const ANYTHING = {
  text: "", status: "", result: "", behavior: "", distribution: "", failed: false,
};

/**
 * @param {Row} row
 * @param {Wanted} wanted
 */
export function fits(row, wanted) {
  if (wanted.failed && !row.failed) return false;
  if (wanted.status && !String(row.status).startsWith(wanted.status)) return false;
  if (wanted.result && row.result !== wanted.result) return false;
  if (wanted.behavior && row.behavior !== wanted.behavior) return false;
  if (wanted.distribution && row.distribution !== wanted.distribution) return false;
  if (!wanted.text) return true;
  const text = `${row.method} ${row.host}${row.target} ${row.status} ${row.result} ${row.reason}`;
  return text.toLowerCase().includes(wanted.text);
}

/** In order of arrival; the list shows them in reverse. */
export class Rows {
  /** @type {Row[]} */
  all = [];
  /** @type {Row[]} */
  shown = [];
  wanted = ANYTHING;
  last = 0;

  /**
   * @param {Row[]} rows
   * @returns {number} how many of them are shown
   */
  add(rows) {
    const fitting = rows.filter((row) => fits(row, this.wanted));
    this.all.push(...rows);
    this.shown.push(...fitting);
    if (this.all.length > MOST + DROPPED_AT_ONCE) {
      this.all.splice(0, this.all.length - MOST);
      const oldest = this.all[0]?.number ?? 0;
      const kept = this.shown.findIndex((row) => row.number >= oldest);
      this.shown.splice(0, kept === -1 ? this.shown.length : kept);
    }
    return fitting.length;
  }

  /** @param {Wanted} wanted */
  filter(wanted) {
    this.wanted = wanted;
    this.shown = this.all.filter((row) => fits(row, wanted));
  }

  clear() {
    this.all = [];
    this.shown = [];
  }

  /** @param {number} index 0 is the newest */
  at(index) {
    return this.shown[this.shown.length - 1 - index];
  }

  /** @param {number} number */
  indexOf(number) {
    const found = this.shown.findIndex((row) => row.number === number);
    return found === -1 ? -1 : this.shown.length - 1 - found;
  }
}
