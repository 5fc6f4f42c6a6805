// @ts-check
// The list of entries, and its loading, empty and failed states.

import { find, isBusy, setBusy } from "./elements.js";

/** @typedef {import("./api.js").Entry} Entry */
/** @typedef {import("./api.js").EntryPage} EntryPage */

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/**
 * A list item. It is set as text, so an entry cannot contain markup.
 *
 * @param {Entry} entry
 * @param {HTMLTemplateElement} template
 * @returns {HTMLLIElement}
 */
export function renderEntry(entry, template) {
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const item = find("li", HTMLLIElement, copy);
  const time = find("[data-time]", HTMLTimeElement, copy);
  item.dataset.entryId = entry.id;
  time.dateTime = entry.recordedAt;
  time.textContent = WHEN.format(new Date(entry.recordedAt));
  find("[data-stardate]", HTMLElement, copy).textContent = entry.stardate;
  find("[data-text]", HTMLElement, copy).textContent = entry.text;
  return item;
}

/** @param {number} count */
function entriesIn(count) {
  return count === 1 ? "1 entry" : `${count} entries`;
}

export class EntryList {
  #region = find("[data-entries-region]", HTMLElement);
  #heading = find("h2", HTMLHeadingElement, this.#region);
  #list = find("[data-entries]", HTMLOListElement);
  #template = find("[data-entry-template]", HTMLTemplateElement);
  #loading = find("[data-loading]", HTMLElement);
  #empty = find("[data-empty]", HTMLElement);
  #status = find("[data-entries-status]", HTMLElement);
  #error = find("[data-entries-error]", HTMLElement);
  #retry = find("[data-retry]", HTMLButtonElement);
  #older = find("[data-older]", HTMLButtonElement);
  /** @type {string | null} */
  #next = null;

  /** @param {{ onRetry: () => void, onOlder: (cursor: string) => Promise<void> }} events */
  constructor({ onRetry, onOlder }) {
    this.#retry.addEventListener("click", () => {
      this.#heading.focus(); // the button disappears, and the focus with it
      onRetry();
    });
    this.#older.addEventListener("click", async () => {
      if (this.#next === null || isBusy(this.#older)) return;
      setBusy(this.#older, true);
      await onOlder(this.#next);
      setBusy(this.#older, false);
    });
  }

  /** Remove all entries and show the loading state. */
  clear() {
    this.#region.setAttribute("aria-busy", "true");
    this.#list.replaceChildren();
    this.#loading.hidden = false;
    this.#empty.hidden = true;
    this.#retry.hidden = true;
    this.#older.hidden = true;
    this.#error.textContent = "";
    this.#status.textContent = "Loading the log…";
  }

  /** @param {EntryPage} page */
  showFirst(page) {
    this.#append(page);
    this.#status.textContent = page.entries.length
      ? `${entriesIn(page.entries.length)} loaded.`
      : "The log is empty.";
  }

  /** @param {EntryPage} page */
  showOlder(page) {
    const first = this.#append(page);
    this.#status.textContent = `${entriesIn(page.entries.length)} more loaded.`;
    // Focus the first new item, also because the button may have disappeared.
    first?.querySelector("h3")?.focus();
  }

  /** @param {Entry} entry */
  addNewest(entry) {
    if (this.#has(entry)) return;
    const item = renderEntry(entry, this.#template);
    item.classList.add("entry--new");
    this.#list.prepend(item);
    this.#empty.hidden = true;
  }

  /** @param {string} message */
  showFirstFailure(message) {
    this.#settle();
    this.#status.textContent = "";
    this.#error.textContent = message;
    this.#retry.hidden = false;
  }

  /** @param {string} message */
  showOlderFailure(message) {
    this.#error.textContent = message;
  }

  /** @param {EntryPage} page @returns {HTMLLIElement | undefined} the first new item */
  #append(page) {
    const items = page.entries
      .filter((entry) => !this.#has(entry))
      .map((entry) => renderEntry(entry, this.#template));
    this.#list.append(...items);
    this.#settle();
    this.#next = page.next;
    this.#older.hidden = page.next === null;
    this.#empty.hidden = this.#list.children.length > 0;
    return items[0];
  }

  #settle() {
    this.#region.setAttribute("aria-busy", "false");
    this.#loading.hidden = true;
    this.#retry.hidden = true;
    this.#error.textContent = "";
  }

  /** @param {Entry} entry */
  #has(entry) {
    return [...this.#list.children].some(
      (item) => item instanceof HTMLElement && item.dataset.entryId === entry.id,
    );
  }
}
