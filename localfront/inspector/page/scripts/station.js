// @ts-check
// One station: its summary, its time on the common scale, and inside it reasons, changes and messages.

import { draw, make, milliseconds } from "./elements.js";
import { ruleLink } from "./rule.js";

/** @typedef {import("./api.js").Station} Station */
/** @typedef {import("./api.js").Part} Part */
/** @typedef {import("./api.js").KeyPart} KeyPart */
/** @typedef {{ total: number, reveal: () => void, goTo: (number: number) => void }} Around */

const MASK = "…";
const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/**
 * @param {Station} station
 * @param {Around} around
 * @param {boolean} open
 */
export function stationItem(station, around, open) {
  const blocks = blocksOf(station, around);
  const head = [
    make("span", {}, make("span", { class: "station__title" }, station.title),
      make("span", { class: "station__summary" }, station.summary)),
    scale(station, around.total),
    make("span", { class: "station__ms" }, station.state === "skipped" ? "" : milliseconds(station.ms)),
  ];
  const kinds = `station station--${station.state}`;
  const item = make("li", { class: kinds, "data-tone": station.tone || null, "data-station": station.name });
  if (!blocks.length) {
    item.append(make("div", { class: "station__flat" }, ...head));
    return item;
  }
  const body = make("div", { class: "station__body" }, ...blocks);
  item.append(make("details", { open }, make("summary", {}, ...head), body));
  return item;
}

/**
 * @param {Station} station
 * @param {number} total
 */
function scale(station, total) {
  if (station.start === null || station.state === "skipped") return make("span");
  const from = Math.min(98, (100 * station.start) / total);
  const width = Math.max(2, Math.min(100 - from, (100 * station.ms) / total));
  const label = `from ${station.start.toFixed(1)} ms, ${station.ms.toFixed(1)} ms long`;
  return /** @type {any} */ (draw(
    "svg", { class: "scale", viewBox: "0 0 100 6", height: 6, preserveAspectRatio: "none", role: "img", "aria-label": label },
    draw("rect", { x: 0, y: 2.5, width: 100, height: 1 }),
    draw("rect", { x: from, y: 0, width, height: 6 }),
  ));
}

/**
 * @param {Station} station
 * @param {Around} around
 */
function blocksOf(station, around) {
  /** @type {HTMLElement[]} */
  const blocks = [];
  if (station.reasons.length || station.madeBy) blocks.push(reasons(station, around));
  if (station.key.length) blocks.push(keyTable("The cache key, part by part", station.key, around));
  if (station.outside.length) {
    blocks.push(folded("Not in the key", keyTable("", station.outside, around)));
  }
  if (station.changes.length) blocks.push(changes(station, around));
  for (const part of station.parts) blocks.push(partBlock(part, around));
  return blocks;
}

/**
 * @param {Station} station
 * @param {Around} around
 */
function reasons(station, around) {
  const list = make("ul", { class: "reasons" });
  for (const reason of station.reasons) {
    list.append(make("li", {}, reason.rule ? ruleLink(reason.rule) : make("span"), make("span", {}, reason.text)));
  }
  const made = station.madeBy;
  if (made) {
    const number = made.number;
    const who = number === null
      ? make("span", {}, `an earlier request, ${made.id}`)
      : make("button", { type: "button", class: "rule-link", onclick: () => around.goTo(number) },
        `request ${number}, at ${TIME.format((made.at ?? 0) * 1000)}`);
    const since = make("span", {}, who, `; it was served ${made.hits === 1 ? "once" : `${made.hits} times`} since`);
    list.append(make("li", {}, make("span", {}, "made by"), since));
  }
  return make("div", { class: "block" }, make("h4", {}, "Why"), list);
}

/**
 * @param {string} title
 * @param {KeyPart[]} parts
 * @param {Around} around
 */
function keyTable(title, parts, around) {
  const table = tableOf(["Part", "Value", "Because of"]);
  for (const part of parts) {
    table.tBodies[0]?.append(make(
      "tr", {}, make("th", { scope: "row" }, part.part, part.kind === "cookie" ? " (cookie)" : ""),
      make("td", {}, valueOf(part.value, around)),
      make("td", {}, part.setting, " ", ruleLink(part.rule)),
    ));
  }
  return make("div", { class: "block" }, title && make("h4", {}, title), table);
}

/**
 * @param {Station} station
 * @param {Around} around
 */
function changes(station, around) {
  const table = tableOf(["What", "Before", "After"]);
  table.classList.add("changes");
  for (const change of station.changes) {
    const kind = change.kind === "header" ? "" : ` (${change.kind})`;
    const before = change.before === null ? "—" : make("del", {}, valueOf(change.before, around));
    const after = change.after === null ? "—" : make("ins", {}, valueOf(change.after, around));
    table.tBodies[0]?.append(make(
      "tr", {}, make("th", { scope: "row" }, change.name, kind), make("td", {}, before), make("td", {}, after),
    ));
  }
  return make("div", { class: "block" }, make("h4", {}, "What it changed"), table);
}

/** @param {string[]} names */
function tableOf(names) {
  const heads = names.map((name) => make("th", { scope: "col" }, name));
  const table = make("table", { class: "facts-table" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody"));
  return /** @type {HTMLTableElement} */ (table);
}

/**
 * @param {Part} part
 * @param {Around} around
 */
function partBlock(part, around) {
  if (part.kind === "json") return folded(part.title, code(JSON.stringify(part.value, null, 2), around));
  if (part.kind === "log") return folded(part.title, code(part.lines.join("\n"), around), true);
  const lines = part.lines.flatMap(([name, value]) => [
    make("b", {}, name), ": ", valueOf(value, around, true), "\n",
  ]);
  return folded(part.title, make("pre", { class: "code", tabindex: 0 }, `${part.start}\n`, ...lines));
}

/**
 * @param {string} text
 * @param {Around} around
 */
function code(text, around) {
  const block = make("pre", { class: "code", tabindex: 0 }, text);
  if (!text.includes(MASK)) return block;
  const reveal = make("button", {
    type: "button", class: "masked", onclick: around.reveal,
  }, "Show what is secret in this request");
  return make("div", {}, block, reveal);
}

/**
 * @param {string} title
 * @param {HTMLElement} content
 * @param {boolean} [open]
 */
function folded(title, content, open = false) {
  return make("details", { class: "block", open }, make("summary", {}, title), content);
}

/**
 * A value; a masked one is revealed by a click.
 *
 * @param {string | null} value
 * @param {Around} around
 * @param {boolean} [bare] in a block of code already
 */
function valueOf(value, around, bare = false) {
  const shown = value ?? "";
  if (!shown.includes(MASK)) return bare ? document.createTextNode(shown) : make("code", {}, shown || "(empty)");
  return make("button", {
    type: "button", class: "masked", title: "Show what is secret in this request", onclick: around.reveal,
  }, shown);
}
