// @ts-check
// The API, and the only place that talks to the network.

import { key } from "./key.js";

/**
 * @typedef {{ number: number, at: number, method: string, host: string, target: string, status: number,
 *   result: string, tone: string, ms: number, distribution: string, behavior: string,
 *   functions: string[], failed: boolean, reason: string }} Row
 * @typedef {{ rule: string, text: string }} Reason
 * @typedef {{ kind: string, name: string, before: string | null, after: string | null }} Change
 * @typedef {{ part: string, kind: string, value: string, setting: string, rule: string }} KeyPart
 * @typedef {{ kind: "message", title: string, start: string, lines: [string, string][] }
 *   | { kind: "json", title: string, value: any } | { kind: "log", title: string, lines: string[] }} Part
 * @typedef {{ name: string, title: string, summary: string, state: "done" | "skipped" | "failed",
 *   tone: string, start: number | null, ms: number, reasons: Reason[], changes: Change[],
 *   key: KeyPart[], outside: KeyPart[], parts: Part[],
 *   madeBy: { id: string, hits: number, number: number | null, at: number | null } | null }} Station
 * @typedef {Row & { id: string, scheme: string, revealed: boolean, stations: Station[] }} Whole
 */

/** A response that is not a success, or none at all (`status` 0). */
export class ApiError extends Error {
  name = "ApiError";

  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object | null} [body]
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 * @throws {ApiError}
 */
export async function call(method, path, body = null, signal) {
  const response = await answered(method, path, body, signal);
  return response.json();
}

/**
 * The response as text, for copying or saving.
 *
 * @param {string} path
 * @returns {Promise<string>}
 * @throws {ApiError}
 */
export async function text(path) {
  return (await answered("GET", path, null, undefined)).text();
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object | null} body
 * @param {AbortSignal | undefined} signal
 */
async function answered(method, path, body, signal) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        Authorization: `Bearer ${key()}`,
        ...(body ? { "Content-Type": "application/json" } : {}),
      },
      body: body && JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError("localfront does not respond. Is it running?", 0);
  }
  if (response.ok) return response;
  const told = await response.json().catch(() => null);
  throw new ApiError(String(told?.error ?? response.statusText), response.status);
}
