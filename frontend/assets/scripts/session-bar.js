// @ts-check
// The user, the session's remaining time, and the button to renew it.

import { find, isBusy, setBusy } from "./elements.js";

/** @typedef {import("./api.js").Session} Session */

const ANNOUNCE_AT_SECONDS = [300, 60, 30, 10];
const CLOSING_SECONDS = 10;
// Earlier, most people are still reading. The API renews only in the second half.
const OFFER_AT_SECONDS = 300;
const WORTH_STAYING_MS = 5_000;

/**
 * 3725 → "1:02:05", 59 → "0:59".
 *
 * @param {number} seconds whole
 */
export function clockFace(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/**
 * Whether a screen reader should announce the remaining time: a few times, not every second.
 *
 * @param {number | null} before seconds at the previous update; null at the first, which is not announced
 * @param {number} now seconds
 */
export function isWorthSaying(before, now) {
  return before !== null && ANNOUNCE_AT_SECONDS.some((mark) => before > mark && now <= mark);
}

export class SessionBar {
  #root = find("[data-session]", HTMLElement);
  #userName = find("[data-user-name]", HTMLElement);
  #countdown = find("[data-countdown]", HTMLElement);
  #gauge = find("[data-gauge]", SVGCircleElement);
  #status = find("[data-session-status]", HTMLElement);
  #stay = find("[data-stay]", HTMLButtonElement);
  #onExpired;
  #endsAtMs = 0;
  #lifetimeMs = 0;
  #canStay = false;
  /** @type {number | null} */
  #secondsShown = null;
  /** @type {number | undefined} */
  #timer;

  /**
   * @param {object} events
   * @param {() => void} events.onExpired
   * @param {(button: HTMLButtonElement, reach: { everywhere: boolean }) => void} events.onLogOut
   * @param {() => Promise<void>} events.onStay
   */
  constructor({ onExpired, onLogOut, onStay }) {
    this.#onExpired = onExpired;
    const button = find("[data-log-out]", HTMLButtonElement);
    button.addEventListener("click", () => onLogOut(button, { everywhere: false }));
    const all = find("[data-log-out-everywhere]", HTMLButtonElement);
    all.addEventListener("click", () => onLogOut(all, { everywhere: true }));
    this.#stay.addEventListener("click", async () => {
      if (isBusy(this.#stay)) return;
      setBusy(this.#stay, true);
      await onStay();
      setBusy(this.#stay, false);
      button.focus(); // the other button has disappeared, and the focus with it
    });
  }

  get userName() {
    return this.#userName.textContent ?? "";
  }

  /** @param {Session} session */
  show({ userName, remainingMs, longestMs }) {
    this.#userName.textContent = userName;
    this.#endsAtMs = Date.now() + remainingMs;
    this.#lifetimeMs = Math.max(this.#lifetimeMs, remainingMs);
    this.#canStay = longestMs - remainingMs > WORTH_STAYING_MS;
    this.#secondsShown = null;
    this.#root.hidden = false;
    window.clearInterval(this.#timer);
    this.#timer = window.setInterval(() => this.#tick(), 1000);
    this.#tick();
  }

  clear() {
    window.clearInterval(this.#timer);
    this.#root.hidden = true;
    this.#userName.textContent = "";
    this.#countdown.textContent = "";
    this.#status.textContent = "";
    this.#stay.hidden = true;
    this.#lifetimeMs = 0;
  }

  #tick() {
    const seconds = Math.max(0, Math.ceil((this.#endsAtMs - Date.now()) / 1000));
    if (isWorthSaying(this.#secondsShown, seconds)) {
      const stay = this.#canStay ? " Choose “Stay logged in” to go on." : "";
      this.#status.textContent = `Your session ends in ${seconds} seconds.${stay}`;
    }
    const offerAt = Math.min(OFFER_AT_SECONDS, this.#lifetimeMs / 2000);
    this.#stay.hidden = !this.#canStay || seconds > offerAt;
    this.#secondsShown = seconds;
    this.#countdown.textContent = clockFace(seconds);
    // The ring is full for a minute or more, then loses a sixtieth per second.
    this.#gauge.setAttribute("stroke-dashoffset", String(60 - Math.min(60, seconds)));
    this.#root.classList.toggle("session--closing", seconds <= CLOSING_SECONDS);
    if (seconds === 0) {
      window.clearInterval(this.#timer);
      this.#onExpired();
    }
  }
}
