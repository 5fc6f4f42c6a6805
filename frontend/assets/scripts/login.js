// @ts-check
// The login page: says why the visitor is here, checks the form, logs in, goes home.

import { logIn } from "./api.js";
import { find, isBusy, setBusy } from "./elements.js";
import { explain } from "./explain.js";

/** @type {Record<string, string>} */
const REASONS = {
  expired: "Your session has ended. Log in again to go on with your log.",
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

form.noValidate = true; // our words stand beside the field and stay there
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (isBusy(submit)) return;
  failure.textContent = "";
  // Password managers learn and fill fields of the type `password` only.
  setPasswordShown(false);
  const missing = checkFields();
  if (missing) missing.focus();
  else send();
});
showPassword.hidden = false;
showPassword.addEventListener("click", () => setPasswordShown(password.type === "password"));

// A page that comes back with the Back button keeps neither password nor a working button.
window.addEventListener("pagehide", () => form.reset());
window.addEventListener("pageshow", () => setBusy(submit, false));

const reason = new URLSearchParams(window.location.search).get("reason") ?? "";
find("[data-reason]", HTMLElement).textContent = Object.hasOwn(REASONS, reason) ? REASONS[reason] : "";
