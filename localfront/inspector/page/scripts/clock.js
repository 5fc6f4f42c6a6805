// @ts-check
// The clock of CloudFront and its functions: its time, in the bar, and the dialog that moves it.

import { ApiError, call } from "./api.js";
import { announce, find } from "./elements.js";
import { key } from "./key.js";

/** @typedef {{ now: number, utc: string, moved: boolean, setting: string }} Clock */

const LOOK_MS = 2000; // a command may move it, too
const button = find("[data-clock]", HTMLButtonElement);
const dialog = find("[data-clock-dialog]", HTMLDialogElement);
const form = find("[data-clock-form]", HTMLFormElement);
const said = find("[data-clock-said]", HTMLElement);
const time = find("[data-clock-time]", HTMLElement);

/** Show it, and keep it up to date. */
export function watchClock() {
  button.addEventListener("click", () => {
    said.textContent = "";
    dialog.showModal();
    void look();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void move(String(new FormData(form).get("order") ?? ""));
  });
  for (const choice of form.querySelectorAll("[data-order]")) {
    choice.addEventListener("click", () => void move(choice.getAttribute("data-order") ?? ""));
  }
  find("[data-clock-close]", HTMLButtonElement).addEventListener("click", () => dialog.close());
  void look();
  setInterval(() => void (document.hidden || !key() || look()), LOOK_MS);
}

async function look() {
  try {
    show(await call("GET", "/api/clock"));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // the list shows that the connection is lost
  }
}

/** @param {string} order */
async function move(order) {
  said.textContent = "";
  try {
    const clock = await call("POST", "/api/clock", { order });
    show(clock);
    announce(clock.moved ? `The clock is moved: ${clock.setting}.` : "The clock shows the real time.");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    said.textContent = error.message;
  }
}

/** @param {Clock} clock */
function show(clock) {
  const label = clock.moved ? `Clock ${clock.setting}` : "Clock";
  if (button.textContent !== label) button.textContent = label;
  button.classList.toggle("clock--moved", clock.moved);
  time.textContent = clock.utc;
}
