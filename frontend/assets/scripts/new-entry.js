// @ts-check
// The form that records an entry.

import { attemptFor, forgetDraft, loadDraft, saveDraft } from "./draft.js";
import { find, isBusy, setBusy } from "./elements.js";

/** @typedef {import("./api.js").Entry} Entry */

const LOW_AT = 200;

export class NewEntryForm {
  #form = find("[data-new-entry]", HTMLFormElement);
  #controls = find("[data-controls]", HTMLFieldSetElement);
  #text = find("textarea", HTMLTextAreaElement, this.#form);
  #button = find("button", HTMLButtonElement, this.#form);
  #count = find("[data-count]", HTMLElement);
  #error = find("[data-new-entry-error]", HTMLElement);
  #status = find("[data-new-entry-status]", HTMLElement);
  #record;
  #explain;
  #userName = "";
  /** @type {import("./draft.js").Attempt | null} */
  #attempt = null;

  /**
   * @param {object} parts
   * @param {(text: string, key: string) => Promise<Entry>} parts.record
   * @param {(error: unknown) => string} parts.explain
   */
  constructor({ record, explain }) {
    this.#record = record;
    this.#explain = explain;
    this.#text.addEventListener("input", () => this.#onInput());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!isBusy(this.#button)) this.#submit();
    });
  }

  /** @param {string} userName the author */
  open(userName) {
    const draft = loadDraft(userName);
    this.#userName = userName;
    this.#attempt = draft.attempt;
    // Text typed meanwhile is newer than the draft.
    if (!this.#text.value) this.#text.value = draft.text;
    this.#controls.disabled = false;
    this.#showCount();
  }

  /** Remove the text from the page; the draft stays stored. */
  clear() {
    this.#controls.disabled = true;
    this.#text.value = "";
    this.#attempt = null;
    this.#say({});
    this.#showCount();
  }

  #onInput() {
    this.#say({});
    this.#keepDraft();
    this.#showCount();
  }

  async #submit() {
    const text = this.#text.value.trim();
    if (!text) {
      this.#say({ error: "Write the entry first: there is nothing to record yet." });
      this.#text.focus();
      return;
    }
    this.#attempt = attemptFor(this.#attempt, text, () => crypto.randomUUID());
    this.#keepDraft();
    this.#say({});
    setBusy(this.#button, true);
    try {
      const entry = await this.#record(text, this.#attempt.key);
      this.#recorded(entry, text);
    } catch (error) {
      this.#say({ error: this.#explain(error) });
    } finally {
      setBusy(this.#button, false);
    }
  }

  /**
   * @param {Entry} entry
   * @param {string} sent
   */
  #recorded(entry, sent) {
    this.#attempt = null;
    // Text typed while the entry was being sent stays.
    if (this.#text.value.trim() === sent) this.#text.value = "";
    if (this.#text.value) this.#keepDraft();
    else forgetDraft();
    this.#showCount();
    this.#say({ status: `Recorded under stardate ${entry.stardate}.` });
  }

  #keepDraft() {
    saveDraft(this.#userName, { text: this.#text.value, attempt: this.#attempt });
  }

  #showCount() {
    const left = this.#text.maxLength - this.#text.value.length;
    const unit = left === 1 ? "character" : "characters";
    this.#count.textContent = `${left.toLocaleString("en")} ${unit} left`;
    this.#count.classList.toggle("count--low", left <= LOW_AT);
  }

  /** @param {{ error?: string, status?: string }} words */
  #say({ error = "", status = "" }) {
    this.#error.textContent = error;
    this.#status.textContent = status;
    if (error) this.#text.setAttribute("aria-invalid", "true");
    else this.#text.removeAttribute("aria-invalid");
  }
}
