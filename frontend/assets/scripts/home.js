// @ts-check
// The log page: loads the log, connects its parts, and leaves when the session ends.

import { logOut, readEntries, readLog, readSession, recordEntry } from "./api.js";
import { forgetDraft } from "./draft.js";
import { find, isBusy, setBusy } from "./elements.js";
import { EntryList } from "./entry-list.js";
import { explain, isSignedOut } from "./explain.js";
import { NewEntryForm } from "./new-entry.js";
import { SessionBar } from "./session-bar.js";

const notice = find("[data-notice]", HTMLElement);

// Incremented by clear(): responses to earlier requests are discarded.
let showing = 0;

const session = new SessionBar({ onExpired: checkEnd, onLogOut: leave, onStay: stay });
const entries = new EntryList({ onRetry: load, onOlder: loadOlder });
const form = new NewEntryForm({
  record: async (text, key) => {
    const asked = showing;
    const entry = await recordEntry(text, key);
    if (asked === showing) entries.addNewest(entry);
    return entry;
  },
  explain: explainOrExpire,
});

/** Remove the captain's data from the page and show the loading state. */
function clear() {
  showing += 1;
  session.clear();
  entries.clear();
  form.clear();
  notice.textContent = "";
}

function expire() {
  clear();
  window.location.replace("/login/?reason=expired");
}

/** @param {unknown} error */
function explainOrExpire(error) {
  if (!isSignedOut(error)) return explain(error);
  expire();
  return "";
}

async function load() {
  clear();
  const asked = showing;
  try {
    const { session: current, page } = await readLog();
    if (asked !== showing) return;
    session.show(current);
    entries.showFirst(page);
    form.open(current.userName);
  } catch (error) {
    if (asked !== showing) return;
    entries.showFirstFailure(explainOrExpire(error));
  }
}

/** @param {string} cursor */
async function loadOlder(cursor) {
  const asked = showing;
  try {
    const page = await readEntries(cursor);
    if (asked === showing) entries.showOlder(page);
  } catch (error) {
    entries.showOlderFailure(explainOrExpire(error));
  }
}

/**
 * @param {HTMLButtonElement} button
 * @param {{ everywhere: boolean }} reach
 */
async function leave(button, reach) {
  if (isBusy(button)) return;
  setBusy(button, true);
  notice.textContent = "";
  try {
    await logOut(reach);
    forgetDraft();
    clear();
    window.location.assign("/login/?reason=signed-out");
  } catch (error) {
    const why = explainOrExpire(error);
    if (why) notice.textContent = `You are still logged in. ${why}`;
  } finally {
    setBusy(button, false);
  }
}

/** Renew the session: any request does. */
async function stay() {
  notice.textContent = "";
  try {
    session.show(await readSession());
  } catch (error) {
    const why = explainOrExpire(error);
    if (why) notice.textContent = `Your session could not be extended. ${why}`;
  }
}

/** The countdown is over, but an entry or another tab may have renewed the session. */
async function checkEnd() {
  try {
    session.show(await readSession());
  } catch {
    expire();
  }
}

/** Another tab may have logged out, or logged in as someone else. */
async function checkSession() {
  try {
    const current = await readSession();
    if (current.userName === session.userName) session.show(current);
    else await load();
  } catch (error) {
    if (isSignedOut(error)) expire();
  }
}

// The browser may keep the page for the Back button (bfcache): it keeps it without data, which is
// then loaded again.
window.addEventListener("pagehide", clear);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) load();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && session.userName) checkSession();
});

load();
