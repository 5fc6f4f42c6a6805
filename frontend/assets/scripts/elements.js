// @ts-check
// Find and type the elements that a script needs; an error names a missing one.

export class MissingElementError extends Error {
  name = "MissingElementError";

  /** @param {string} selector */
  constructor(selector) {
    super(`This page has no ${selector}; the script and its HTML do not belong together.`);
  }
}

/**
 * The first element that matches, checked for its type.
 *
 * @template {Element} T
 * @param {string} selector
 * @param {{ new (): T }} type
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function find(selector, type, root = document) {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) throw new MissingElementError(selector);
  return found;
}

/**
 * Mark a button as busy. It keeps the focus, which `disabled` would remove.
 *
 * @param {HTMLElement} button
 * @param {boolean} busy
 */
export function setBusy(button, busy) {
  button.setAttribute("aria-busy", String(busy));
  button.setAttribute("aria-disabled", String(busy));
}

/** @param {HTMLElement} button */
export function isBusy(button) {
  return button.getAttribute("aria-busy") === "true";
}
