// @ts-check
// The login page: gives the reason for it, validates the form, logs in, and opens the log.

import { logIn } from "./api.js";
import { find, isBusy, setBusy } from "./elements.js";
import { explain } from "./explain.js";

/** @type {Record<string, string>} */
const REASONS = {
  expired: "Your session has ended. Log in again to continue your log.",
  "signed-out": "You are logged out. Safe travels, captain.",
};

const form = find("[data-login]", HTMLFormElement);
const username = find("#username", HTMLInputElement);
const password = find("#password", HTMLInputElement);
const submit = find("[type=submit]", HTMLButtonElement, form);
const showPassword = find("[data-show-password]", HTMLButtonElement);
const failure = find("[data-login-error]", HTMLElement);

/** @param {HTMLInputElement} field @param {string} message empty: the field is fine */
function setFieldError(field, message) {
  find(`[data-error-for=${field.name}]`, HTMLElement).textContent = message;
  if (message) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/** @returns {HTMLInputElement | null} the first field that is not filled in */
function checkFields() {
  setFieldError(username, username.value.trim() ? "" : "Enter your user name.");
  setFieldError(password, password.value ? "" : "Enter your password.");
  return [username, password].find((field) => field.ariaInvalid) ?? null;
}

/** @param {boolean} shown */
function setPasswordShown(shown) {
  password.type = shown ? "text" : "password";
  showPassword.setAttribute("aria-pressed", String(shown));
}

async function send() {
  setBusy(submit, true);
  try {
    await logIn(username.value.trim(), password.value);
    window.location.replace("/");
  } catch (error) {
    setBusy(submit, false);
    failure.textContent = explain(error);
    password.select();
    password.focus();
  }
}

form.noValidate = true; // our messages are next to the field and stay there
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (isBusy(submit)) return;
  failure.textContent = "";
  // Password managers only save and fill fields of the type `password`.
  setPasswordShown(false);
  const missing = checkFields();
  if (missing) missing.focus();
  else send();
});
showPassword.hidden = false;
showPassword.addEventListener("click", () => setPasswordShown(password.type === "password"));

// After the Back button the page has neither the password nor a busy button.
window.addEventListener("pagehide", () => form.reset());
window.addEventListener("pageshow", () => setBusy(submit, false));

const reason = new URLSearchParams(window.location.search).get("reason") ?? "";
find("[data-reason]", HTMLElement).textContent = Object.hasOwn(REASONS, reason) ? REASONS[reason] : "";
