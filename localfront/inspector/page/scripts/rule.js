// @ts-check
// An item of the checklist: AWS's documented behavior in short, and the page that documents it.

import { find, make } from "./elements.js";

/** @type {Promise<Record<string, [string, string]>> | null} */
let loaded = null;

/** @param {string} id */
export function ruleLink(id) {
  return make("button", {
    type: "button", class: "rule-link", "aria-haspopup": "dialog", onclick: () => void show(id),
  }, id);
}

/** @param {string} id */
async function show(id) {
  loaded ??= fetch("/rules.json").then((response) => response.json());
  const [text, page] = (await loaded)[id] ?? ["This item is no longer listed on this page.", ""];
  const dialog = find("[data-rule]", HTMLDialogElement);
  find("[data-rule-id]", HTMLElement, dialog).textContent = id;
  find("[data-rule-text]", HTMLElement, dialog).textContent = text;
  const link = find("[data-rule-link]", HTMLAnchorElement, dialog);
  link.hidden = !page;
  link.href = page;
  link.textContent = `AWS: ${page.split("/").at(-1)}`;
  dialog.showModal();
}
