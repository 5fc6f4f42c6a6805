// @ts-check
// Error messages for users: what happened, and what to do.

import { ApiError } from "./api.js";

/** @param {number | null} seconds */
function whenToRetry(seconds) {
  if (seconds === null) return "in a moment";
  if (seconds < 120) return seconds === 1 ? "in 1 second" : `in ${seconds} seconds`;
  return `in ${Math.ceil(seconds / 60)} minutes`;
}

/**
 * @param {unknown} error rethrown if it is not an ApiError, because that is a bug
 * @returns {string}
 */
export function explain(error) {
  if (!(error instanceof ApiError)) throw error;
  const retry = whenToRetry(error.retryAfterSeconds);
  if (error.status === 0 && !navigator.onLine) {
    return "You are offline. Check your connection, then try again.";
  }
  if (error.status === 0) {
    return "The ship’s computer cannot be reached. Check your connection, then try again.";
  }
  if (error.code === "invalid_credentials") {
    return "The user name or the password is wrong. Check both and try again.";
  }
  if (error.status === 429) return `Too many attempts. Try again ${retry}.`;
  if (error.status === 503) return `The ship’s computer is overloaded. Try again ${retry}.`;
  if (error.status >= 500 || error.code === "unreadable") {
    return "The ship’s computer has a malfunction. It is not your fault; try again in a moment.";
  }
  return error.message;
}

/** @param {unknown} error */
export function isSignedOut(error) {
  return error instanceof ApiError && error.status === 401;
}
