// @ts-check
// The API, and the only place that talks to the network.

/** @typedef {{ id: string, stardate: string, recordedAt: string, text: string }} Entry */
/** @typedef {{ userName: string, entries: Entry[], next: string | null }} EntryPage */
/** @typedef {{ userName: string, remainingMs: number, longestMs: number }} Session `longestMs`: until the end of its absolute lifetime */
/** @typedef {{ body?: object, headers?: Record<string, string> }} RequestParts */

const PATIENCE_MS = 10_000;
const PAGE_SIZE = 10;

/** An error response, or no response (`status` 0). */
export class ApiError extends Error {
  name = "ApiError";

  /**
   * @param {string} message
   * @param {{ status: number, code: string, retryAfterSeconds?: number | null }} details
   */
  constructor(message, { status, code, retryAfterSeconds = null }) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * The session's remaining time by the server's clock, because the visitor's may be wrong.
 * `Date` has whole seconds, so the result is up to a second too long, never too short.
 *
 * @param {string} expiresAt ISO 8601
 * @param {string | null} date the response's Date header
 * @param {number} nowMs this machine's clock, used if there is no Date header
 */
export function remainingMs(expiresAt, date, nowMs) {
  const serverNowMs = Date.parse(date ?? "");
  return Date.parse(expiresAt) - (Number.isNaN(serverNowMs) ? nowMs : serverNowMs);
}

/**
 * @param {string | null} header Retry-After: seconds or a date (RFC 9110, section 10.2.3)
 * @param {number} nowMs
 * @returns {number | null} whole seconds, at least 1; null if the header is missing or invalid
 */
export function retryAfterSeconds(header, nowMs) {
  if (!header) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - nowMs) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(1, Math.ceil(seconds));
}

/**
 * @param {Response} response
 * @returns {Promise<ApiError>}
 */
async function readError(response) {
  // CloudFront's own errors are HTML pages, so the body may be anything.
  const body = await response.json().catch(() => null);
  return new ApiError(String(body?.error?.message ?? response.statusText), {
    status: response.status,
    code: String(body?.error?.code ?? "unreadable"),
    retryAfterSeconds: retryAfterSeconds(response.headers.get("Retry-After"), Date.now()),
  });
}

/**
 * @param {string} method
 * @param {string} path
 * @param {RequestParts} [parts]
 * @returns {Promise<{ body: any, date: string | null }>}
 * @throws {ApiError}
 */
async function send(method, path, { body, headers = {} } = {}) {
  try {
    const response = await fetch(path, {
      method,
      headers: body ? { "Content-Type": "application/json", ...headers } : headers,
      body: body && JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) throw await readError(response);
    const date = response.headers.get("Date");
    return { body: response.status === 204 ? null : await response.json(), date };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError("No answer.", { status: 0, code: "no_answer" });
  }
}

/** @param {{ body: any, date: string | null }} answer @returns {Session} */
function toSession({ body, date }) {
  return {
    userName: body.userName,
    remainingMs: remainingMs(body.expiresAt, date, Date.now()),
    longestMs: remainingMs(body.endsAt, date, Date.now()),
  };
}

/**
 * @param {string} username
 * @param {string} password
 * @returns {Promise<Session>}
 */
export async function logIn(username, password) {
  return toSession(await send("POST", "/api/login", { body: { username, password } }));
}

/** @returns {Promise<void>} */
/** @param {{ everywhere: boolean }} reach `everywhere`: end all of the captain's sessions, also on other devices */
export async function logOut({ everywhere }) {
  await send("POST", everywhere ? "/api/logout?everywhere=true" : "/api/logout");
}

/** @returns {Promise<Session>} */
export async function readSession() {
  return toSession(await send("GET", "/api/session"));
}

/**
 * Get the session and the newest entries in one call.
 *
 * @returns {Promise<{ session: Session, page: EntryPage }>}
 */
export async function readLog() {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE), include: "session" });
  const { body, date } = await send("GET", `/api/logs?${query}`);
  return { session: toSession({ body: body.session, date }), page: body };
}

/**
 * @param {string} cursor `next` of the previous page
 * @returns {Promise<EntryPage>}
 */
export async function readEntries(cursor) {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE), cursor });
  return (await send("GET", `/api/logs?${query}`)).body;
}

/**
 * @param {string} text
 * @param {string} key the idempotency key: a second call with it writes nothing
 * @returns {Promise<Entry>}
 */
export async function recordEntry(text, key) {
  const parts = { body: { text }, headers: { "Idempotency-Key": key } };
  return (await send("POST", "/api/logs", parts)).body;
}
