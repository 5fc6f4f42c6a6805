// @ts-check
// The page: which view is open, the live list, and the request that was chosen.

import { actionsOf } from "./actions.js";
import { ApiError, call } from "./api.js";
import { watchClock } from "./clock.js";
import { focusHead, showNothing, showRequest } from "./detail.js";
import { announce, find } from "./elements.js";
import { Filters } from "./filters.js";
import { showFunctions } from "./functions.js";
import { forgetKey, key, shareKey, takeKey } from "./key.js";
import { RequestList } from "./list.js";
import { Live } from "./live.js";
import { showObjects, watchObjects } from "./objects.js";
import { Rows } from "./rows.js";
import { showSettings } from "./settings.js";
import { showStores } from "./stores.js";
import { showTry, watchTry } from "./try.js";

const rows = new Rows();
const pane = find("[data-detail]", HTMLElement);
const requests = find(".requests", HTMLElement);
const list = new RequestList(find("[data-list]", HTMLElement), rows, (number) => void open(number));
const filters = new Filters(find("[data-filters]", HTMLFormElement), (wanted) => {
  rows.filter(wanted);
  refreshed();
});
const live = new Live(arrived, connected);
let clockIsWatched = false;
const pauseButton = find("[data-pause]", HTMLButtonElement);

const LINK = "request="; // before CloudFront's id of one, in the address's fragment

/** @type {Record<string, string>} */
const SAID = { live: "Live", paused: "Paused", lost: "localfront does not respond", locked: "Locked" };

/**
 * @param {import("./api.js").Row[]} more
 * @param {boolean} restarted
 */
function arrived(more, restarted) {
  if (restarted) rows.clear();
  filters.offer(more);
  const shown = rows.add(more);
  list.grew(shown);
  told();
}

function refreshed() {
  list.drawNow();
  told();
}

function told() {
  const all = rows.all.length.toLocaleString("en");
  const shown = rows.shown.length.toLocaleString("en");
  const noun = rows.all.length === 1 ? "request" : "requests";
  const count = find("[data-count]", HTMLElement);
  count.textContent = all === shown ? `${all} ${noun}` : `${shown} of ${all} ${noun}`;
  find("[data-blank]", HTMLElement).hidden = rows.all.length > 0;
}

/** @param {import("./live.js").State} state */
function connected(state) {
  const shown = find("[data-connection]", HTMLElement);
  if (shown.dataset["state"] !== state) {
    shown.dataset["state"] = state;
    shown.textContent = SAID[state] ?? state;
  }
  if (state === "locked") lock();
}

/**
 * @param {number} number
 * @param {string} [options]
 */
async function open(number, options = "") {
  const before = list.chosen;
  list.choose(number);
  try {
    const request = await call("GET", `/api/requests/${number}${options}`);
    if (list.chosen !== number) return; // another one was selected meanwhile
    if (pane.querySelector("dialog[open]")) return list.choose(before); // the user is typing there
    showRequest(pane, request, {
      reveal: () => void open(number, "?reveal"),
      goTo: (other) => void open(other),
      close: () => requests.classList.remove("requests--open"),
      actions: (shown) => actionsOf(shown, (other) => void open(other)),
    });
    requests.classList.add("requests--open");
    history.replaceState(null, "", `#${LINK}${request.id}`); // so that a reload opens it again
    if (!options) pane.scrollTop = 0;
    focusHead(pane);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showNothing(pane, error.message);
  }
}

/** Open the request that the address names: error pages link to theirs. */
async function openLinked() {
  if (!location.hash.startsWith(`#${LINK}`)) return;
  const id = location.hash.slice(LINK.length + 1);
  try {
    openElsewhere((await call("GET", `/api/request-ids/${encodeURIComponent(id)}`)).number);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showNothing(pane, error.message);
  }
}

/** @param {boolean} paused */
function pause(paused) {
  live.pause(paused);
  pauseButton.setAttribute("aria-pressed", String(paused));
}

async function clear() {
  await call("DELETE", "/api/requests");
  rows.clear();
  refreshed();
  list.choose(0);
  showNothing(pane, "Cleared.");
}

/** @param {string} name */
function view(name) {
  for (const main of document.querySelectorAll("main")) main.hidden = main.dataset["view"] !== name;
  for (const tab of document.querySelectorAll("[data-tab]")) {
    if (tab instanceof HTMLElement && tab.dataset["tab"] === name) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  void filled(name);
}

/** @param {string} name */
async function filled(name) {
  try {
    await contents[name]?.();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    announce(error.message);
  }
}

/** @type {Record<string, () => Promise<void>>} what a view needs when it is opened */
const contents = {
  cache: () => showObjects(openElsewhere), functions: showFunctions, settings: showSettings,
  stores: showStores, try: showTry,
};

/** @param {number} number of a request, from another view */
function openElsewhere(number) {
  view("requests");
  void open(number);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (requests.hidden) return;
  if (event.key === "/") {
    event.preventDefault();
    filters.focus();
  } else if (event.key === "p") {
    pause(!live.isPaused);
  } else if (event.key === "Escape") {
    requests.classList.remove("requests--open");
    list.box.focus();
  }
}

function lock() {
  forgetKey();
  find("[data-locked]", HTMLElement).hidden = false;
  for (const view of document.querySelectorAll("main")) view.hidden = true;
}

function unlock() {
  find("[data-locked]", HTMLElement).hidden = true;
  view("requests");
  void live.follow();
  void openLinked();
  if (!clockIsWatched) watchClock();
  clockIsWatched = true;
}

takeKey();
watchObjects(openElsewhere);
watchTry(openElsewhere);
for (const tab of document.querySelectorAll("[data-tab]")) {
  tab.addEventListener("click", () => view(/** @type {HTMLElement} */ (tab).dataset["tab"] ?? "requests"));
}
pauseButton.addEventListener("click", () => pause(!live.isPaused));
find("[data-clear]", HTMLButtonElement).addEventListener("click", () => void clear());
document.addEventListener("keydown", onKey);
addEventListener("hashchange", () => void (key() && openLinked()));
shareKey(unlock);
if (key()) unlock();
else connected("locked");
