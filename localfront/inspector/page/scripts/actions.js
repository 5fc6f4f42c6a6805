// @ts-check
// The actions for a request: send it again, unchanged or changed, and export it.

import { ApiError, call, text } from "./api.js";
import { announce, make } from "./elements.js";
import { headerLines, viewerLine } from "./orders.js";

/** @typedef {import("./api.js").Whole} Whole */

/**
 * @param {Whole} request
 * @param {(number: number) => void} open
 */
export function actionsOf(request, open) {
  const said = make("p", { class: "notice notice--failure", role: "alert" });
  /** @param {() => Promise<void>} act */
  const trying = (act) => async () => {
    said.textContent = "";
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      said.textContent = error.message;
    }
  };
  /** @param {object} changes */
  const again = async (changes) => {
    const sent = await call("POST", `/api/requests/${request.number}/again`, changes);
    // Stay if the user is typing, or has opened another request meanwhile.
    if (dialog.isConnected && !dialog.open) open(sent.number);
  };
  const dialog = changeDialog(request, (changes) => void trying(() => again(changes))());
  return make(
    "div", {},
    make(
      "div", { class: "acts" },
      button("Send again", trying(() => again({}))),
      button("Change and send …", () => dialog.showModal()),
      button("Copy as curl", trying(async () => {
        await navigator.clipboard.writeText(await text(`/api/requests/${request.number}/curl`));
        announce("The command is in the clipboard, with the request's secrets.");
      })),
      button("Save as HAR", trying(async () => save(
        `request-${request.number}.har`, await text(`/api/requests/${request.number}/har`),
      ))),
      button("Save as a test", trying(async () => {
        save(`test_request_${request.number}.py`, await text(`/api/requests/${request.number}/test`));
        announce("The test is saved, with the request's secrets.");
      })),
      ...[...new Set(request.functions)].map((event) => button(`Save ${event} event`, trying(async () => {
        save(`${event}-${request.number}.json`, await text(`/api/requests/${request.number}/events/${event}`));
        announce("The event is saved, with the request's secrets.");
      }))),
    ),
    said, dialog,
  );
}

/**
 * @param {string} label
 * @param {() => void} act
 */
function button(label, act) {
  return make("button", { type: "button", class: "button button--small", onclick: act }, label);
}

/**
 * @param {string} name
 * @param {string} content
 */
function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * @param {Whole} request
 * @param {(changes: object) => void} send
 * @returns {HTMLDialogElement}
 */
function changeDialog(request, send) {
  const methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
  const choices = methods.map((m) => make("option", { value: m, selected: m === request.method }, m));
  const url = `${request.scheme || "http"}://${request.host}${request.target}`;
  const form = /** @type {HTMLFormElement} */ (make(
    "form", { method: "dialog", class: "panel-form" },
    make("h3", {}, "Change and send"),
    make("label", {}, "Method", make("select", { name: "method" }, ...choices)),
    make("label", {}, "URL", make("input", { name: "url", value: url, required: true, spellcheck: "false" })),
    make("label", {}, "Country of the viewer", make("input", { name: "country", maxlength: 2, placeholder: "as it was" })),
    make("label", {}, "Headers that replace the request's, one per line",
      make("textarea", { name: "headers", rows: 3, placeholder: "Accept-Language: de", spellcheck: "false" })),
    make("p", {}, "All other headers are sent unchanged, with their secrets."),
    make(
      "p", { class: "acts" },
      make("button", { class: "button button--main", value: "send" }, "Send"),
      make("button", { class: "button", value: "", formnovalidate: true }, "Cancel"),
    ),
  ));
  const dialog = /** @type {HTMLDialogElement} */ (make("dialog", { class: "rule", "aria-label": "Change and send" }, form));
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "send") send(changesIn(form, url));
    dialog.returnValue = "";
  });
  return dialog;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} before
 */
function changesIn(form, before) {
  /** @param {string} name */
  const value = (name) => String(new FormData(form).get(name) ?? "").trim();
  const headers = [...headerLines(value("headers")), ...viewerLine(value("country"))];
  const url = value("url");
  // A masked URL is sent unchanged: the page never gets its secrets.
  return { method: value("method"), headers, ...(url === before ? {} : { url }) };
}
