// @ts-check
// Key value stores, edited in place: an edit is live on response.

import { ApiError, call } from "./api.js";
import { announce, find, make, readAnew } from "./elements.js";
import { wideTable } from "./tables.js";

/** @typedef {{ arn: string, name: string, functions: string[], place: string, values: [string, string][] }} Store */

const MASK = "…";
const box = find("[data-stores]", HTMLElement);
const failure = find("[data-store-failure]", HTMLElement);

/** @param {string} [options] */
export async function showStores(options = "") {
  /** @type {Store[]} */
  const stores = (await readAnew(box, call("GET", `/api/stores${options}`))).stores;
  find("[data-store-status]", HTMLElement).textContent = stores.length ? "" : "No function has a store.";
  box.replaceChildren(...stores.map(storeOf));
}

/** @param {Store} store */
function storeOf(store) {
  const form = editor(store);
  const rows = store.values.map(([key, value]) => make(
    "tr", {},
    make("th", { scope: "row" }, make("code", {}, key)),
    make("td", {}, value === MASK ? masked() : make("code", {}, value)),
    make(
      "td", { class: "acts" },
      act("Edit", key, () => fill(form, key, value)),
      act("Delete", key, () => void edit(store, key, null)),
    ),
  ));
  return make(
    "section", { class: "block", "aria-label": store.name },
    make("h3", {}, store.name),
    make("p", { class: "place" }, `of ${store.functions.join(", ")}; kept in ${store.place}`),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Keys of ${store.name}` },
      wideTable(["Key", "Value", ""], rows)),
    form,
  );
}

function masked() {
  return make("button", { type: "button", class: "masked", onclick: () => void showStores("?reveal") }, MASK);
}

/**
 * @param {string} label
 * @param {string} key
 * @param {() => void} onclick
 */
function act(label, key, onclick) {
  return make("button", { type: "button", class: "button button--small", onclick }, label,
    make("span", { class: "visually-hidden" }, ` ${key}`));
}

/**
 * @param {Store} store
 * @returns {HTMLFormElement}
 */
function editor(store) {
  const form = /** @type {HTMLFormElement} */ (make(
    "form", { class: "try" },
    make("label", {}, "Key", make("input", { name: "key", required: true, autocomplete: "off", spellcheck: "false" })),
    make("label", { class: "try__url" }, "Value", make("input", { name: "value", autocomplete: "off", spellcheck: "false" })),
    make("p", { class: "acts" }, make("button", { class: "button button--main" }, "Save")),
  ));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    void edit(store, String(given.get("key")), String(given.get("value")));
  });
  return form;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} key
 * @param {string} value
 */
function fill(form, key, value) {
  find("[name=key]", HTMLInputElement, form).value = key;
  const field = find("[name=value]", HTMLInputElement, form);
  field.value = value === MASK ? "" : value; // the page never gets the secret itself
  field.focus();
}

/**
 * @param {Store} store
 * @param {string} key
 * @param {string | null} value null deletes it
 */
async function edit(store, key, value) {
  failure.textContent = "";
  try {
    await call("POST", "/api/stores", { arn: store.arn, key, value });
    await showStores();
    announce(value === null ? `${key} is gone, and live.` : `${key} is set, and live.`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    failure.textContent = error.message;
  }
}
