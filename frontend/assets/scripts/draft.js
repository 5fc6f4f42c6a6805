// @ts-check
// The unsent entry. It survives an expired session in this tab, for the same captain only.

/** @typedef {{ text: string, key: string }} Attempt */
/** @typedef {{ text: string, attempt: Attempt | null }} Draft */

const SLOT = "captains-log.draft";

/** @type {Draft} */
const BLANK = { text: "", attempt: null };

/**
 * The idempotency key for `text`. A retry of the same text keeps its key, so that an entry whose
 * response was lost is not written twice.
 *
 * @param {Attempt | null} before
 * @param {string} text
 * @param {() => string} newKey
 * @returns {Attempt}
 */
export function attemptFor(before, text, newKey) {
  return before?.text === text ? before : { text, key: newKey() };
}

/**
 * @param {string} userName
 * @returns {Draft}
 */
export function loadDraft(userName) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(SLOT) ?? "null");
    if (kept?.userName === userName) return { text: kept.text, attempt: kept.attempt };
  } catch {
    return BLANK; // no storage, or a value in another format
  }
  forgetDraft(); // another captain's
  return BLANK;
}

/**
 * @param {string} userName
 * @param {Draft} draft
 */
export function saveDraft(userName, draft) {
  try {
    sessionStorage.setItem(SLOT, JSON.stringify({ userName, ...draft }));
  } catch {
    // Without storage, the draft lasts as long as the page.
  }
}

export function forgetDraft() {
  try {
    sessionStorage.removeItem(SLOT);
  } catch {
    // No storage, so nothing to delete.
  }
}
