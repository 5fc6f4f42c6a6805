// @ts-check
// The list: only the rows in sight are elements, so thousands cost as much as thirty.

import { make, milliseconds } from "./elements.js";

/** @typedef {import("./api.js").Row} Row */
/** @typedef {import("./rows.js").Rows} Rows */

const ROW = 36; // pixels, as in requests.css
const BEYOND = 6; // rows drawn above and below what is in sight
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** @param {string} result as in X-Cache, whose names for functions' responses are long */
function short(result) {
  return result.replace(/^(Lambda|Function)(?=.)/, "").replace(/^Generated\w+/, "Generated").replace(/^(\w+)Error$/, "$1 error") || "—";
}

export class RequestList {
  /**
   * @param {HTMLElement} box
   * @param {Rows} rows
   * @param {(number: number) => void} open
   */
  constructor(box, rows, open) {
    this.box = box;
    this.rows = rows;
    this.open = open;
    this.chosen = 0;
    this.isDue = false;
    this.sizer = make("div", { class: "list__size", role: "presentation" });
    /** @type {Map<number, HTMLElement>} */
    this.elements = new Map();
    box.append(this.sizer);
    box.addEventListener("scroll", () => this.draw(), { passive: true });
    box.addEventListener("keydown", (event) => this.onKey(event));
    new ResizeObserver(() => this.draw()).observe(box);
  }

  /** @param {number} added rows that came above the others */
  grew(added) {
    // New rows above must not move a list that was scrolled down.
    if (this.box.scrollTop > ROW / 2) this.box.scrollTop += added * ROW;
    this.draw();
  }

  /** At most once per frame. */
  draw() {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      this.drawNow();
    });
  }

  drawNow() {
    const count = this.rows.shown.length;
    const { scrollTop, clientHeight } = this.box; // before any write: one layout per frame
    this.sizer.style.height = `${count * ROW}px`;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - BEYOND);
    const last = Math.min(count, Math.ceil((scrollTop + clientHeight) / ROW) + BEYOND);
    /** @type {Map<number, HTMLElement>} */
    const inSight = new Map();
    for (let index = first; index < last; index += 1) {
      const row = this.rows.at(index);
      if (!row) continue;
      const element = this.elements.get(row.number) ?? this.make(row);
      element.style.transform = `translateY(${index * ROW}px)`;
      element.setAttribute("aria-posinset", String(index + 1));
      element.setAttribute("aria-setsize", String(count));
      element.setAttribute("aria-selected", String(row.number === this.chosen));
      inSight.set(row.number, element);
    }
    for (const [number, element] of this.elements) if (!inSight.has(number)) element.remove();
    /** @type {Element} */
    let above = this.sizer;
    for (const element of inSight.values()) {
      if (above.nextElementSibling !== element) above.after(element); // in the visible order, for screen readers
      above = element;
    }
    this.elements = inSight;
    const active = inSight.get(this.chosen);
    if (active) this.box.setAttribute("aria-activedescendant", active.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  /** @param {number} number 0 for none */
  choose(number) {
    this.chosen = number;
    const index = this.rows.indexOf(number);
    if (index >= 0) this.reveal(index);
    this.draw();
  }

  /** @param {number} index */
  reveal(index) {
    const top = index * ROW;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    const below = top + ROW - this.box.clientHeight;
    if (below > this.box.scrollTop) this.box.scrollTop = below;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const count = this.rows.shown.length;
    if (!count || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 1);
    const at = this.rows.indexOf(this.chosen);
    /** @type {Record<string, number>} */
    const moves = {
      ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1,
      j: at + 1, k: at - 1, Enter: at,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const row = this.rows.at(Math.min(Math.max(to, 0), count - 1));
    if (row) this.open(row.number);
  }

  /** @param {Row} row */
  make(row) {
    const marks = make("span", { class: "row__marks" });
    if (row.functions.length) {
      const what = `ƒ${row.functions.length > 1 ? row.functions.length : ""}`;
      const spoken = `${row.functions.join(", ")}${row.failed ? ": failed" : ""}`;
      marks.append(make("span", { class: row.failed ? "mark mark--failed" : "mark", title: spoken }, what));
    }
    marks.append(make("span", { class: "tag", title: row.result }, short(row.result)));
    return make(
      "div",
      {
        class: "row", role: "option", id: `row-${row.number}`, "data-tone": row.tone,
        onclick: () => this.open(row.number),
      },
      make("span", { class: "row__time" }, TIME.format(row.at * 1000)),
      make("span", { class: "status" }, String(row.status || "—")),
      make("span", { class: "row__method" }, row.method),
      make("span", { class: "row__target", title: row.target }, row.target),
      marks,
      make("span", { class: "row__ms" }, milliseconds(row.ms)),
    );
  }
}
