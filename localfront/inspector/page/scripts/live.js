// @ts-check
// New requests as they arrive, by long polling.

import { ApiError, call } from "./api.js";

/** @typedef {import("./api.js").Row} Row */
/** @typedef {"live" | "paused" | "lost" | "locked"} State */

const REST_MS = 200; // between two responses: five redraws of the list per second are enough
const RETRY_MS = 1000;

export class Live {
  /**
   * @param {(rows: Row[], restarted: boolean) => void} onRows
   * @param {(state: State) => void} onState
   */
  constructor(onRows, onState) {
    this.onRows = onRows;
    this.onState = onState;
    this.last = 0;
    this.isPaused = false;
    /** @type {AbortController | null} */
    this.asking = null;
  }

  /** Runs until the key is refused. */
  async follow() {
    let wait = "";
    for (;;) {
      if (this.isPaused) {
        this.onState("paused");
        await rest(REST_MS);
        continue;
      }
      try {
        this.asking = new AbortController();
        const told = await call("GET", `/api/requests?after=${this.last}${wait}`, null, this.asking.signal);
        const restarted = told.last < this.last;
        this.last = told.last;
        this.onState("live");
        if (told.rows.length || restarted) this.onRows(told.rows, restarted);
        wait = "&wait";
        await rest(REST_MS);
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return this.onState("locked");
        if (error instanceof ApiError) {
          this.onState("lost");
          wait = "";
          await rest(RETRY_MS);
        }
      }
    }
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.isPaused = paused;
    this.asking?.abort();
  }
}

/** @param {number} ms */
function rest(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
