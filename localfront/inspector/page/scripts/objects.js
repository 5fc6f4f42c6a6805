// @ts-check
// The cached objects with their keys, and those that an invalidation would remove.

import { ApiError, call } from "./api.js";
import { find, make, readAnew, size } from "./elements.js";
import { ruleLink } from "./rule.js";
import { wideTable } from "./tables.js";

/**
 * @typedef {{ id: string, key: string, distribution: string, status: number, bytes: number, age: number,
 *   left: number, hits: number, because: import("./api.js").Reason, madeBy: number | null, named: boolean }} Stored
 */

const form = find("[data-invalidation]", HTMLFormElement);
const count = find("[data-object-count]", HTMLElement);
const box = find("[data-objects]", HTMLElement);

/** @param {(number: number) => void} open a request */
export function watchObjects(open) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void showObjects(open);
  });
}

/** @param {(number: number) => void} open */
export async function showObjects(open) {
  const path = String(new FormData(form).get("path") ?? "").trim();
  try {
    const told = await readAnew(box, call("GET", `/api/objects?invalidate=${encodeURIComponent(path)}`));
    /** @type {Stored[]} */
    const objects = told.objects;
    const named = objects.filter((object) => object.named).length;
    const noun = told.count === 1 ? "object" : "objects";
    count.textContent = `${told.count} ${noun}${path ? `; an invalidation of ${path} would drop ${named}` : ""}`;
    box.replaceChildren(tableOf(objects, open));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    count.textContent = error.message;
  }
}

/**
 * @param {Stored[]} objects
 * @param {(number: number) => void} open
 */
function tableOf(objects, open) {
  const names = ["Key", "Status", "Size", "Age", "Fresh for", "Hits", "Lifetime by", "Made by", ""];
  const rows = objects.map((object) => make(
    "tr", { class: object.named ? "is-named" : null },
    make("th", { scope: "row" }, make("code", {}, object.key)),
    make("td", {}, String(object.status)),
    make("td", {}, size(object.bytes)),
    make("td", {}, `${object.age} s`),
    make("td", {}, object.left ? `${object.left} s` : "expired"),
    make("td", {}, String(object.hits)),
    make("td", { title: object.because.text }, object.because.rule && ruleLink(object.because.rule)),
    make("td", {}, maker(object, open)),
    make("td", {}, make("button", {
      type: "button", class: "button button--small", onclick: () => void drop(object, open),
    }, "Drop", make("span", { class: "visually-hidden" }, ` ${object.key}`))),
  ));
  return wideTable(names, rows);
}

/**
 * @param {Stored} object
 * @param {(number: number) => void} open
 */
function maker(object, open) {
  const number = object.madeBy;
  if (number === null) return "an earlier one";
  return make("button", { type: "button", class: "rule-link", onclick: () => open(number) }, `request ${number}`);
}

/**
 * @param {Stored} object
 * @param {(number: number) => void} open
 */
async function drop(object, open) {
  await call("DELETE", `/api/objects/${object.id}`).catch(() => null); // it may be gone already
  await showObjects(open);
}
