// @ts-check
// The key: from the address's fragment, or from another tab of this page. It lives in this tab's
// sessionStorage: never in a cookie, which any port of localhost would get.

const SLOT = "localfront.inspector.key";
const KEY = /^[\w-]{32}$/;
const ASKS = "asks", HAS = "has";
/** @type {Set<string>} */
const refused = new Set(); // from an earlier run; another tab may still have one
const channel = new BroadcastChannel("localfront.inspector");

let kept = ""; // without storage the key lives as long as the page

/** Take the key out of the address, where it could be read over a shoulder or bookmarked. */
export function takeKey() {
  const given = location.hash.slice(1);
  if (!KEY.test(given)) return;
  keep(given);
  history.replaceState(null, "", `${location.pathname}#requests`);
}

export function key() {
  try {
    return sessionStorage.getItem(SLOT) ?? kept;
  } catch {
    return kept;
  }
}

/** Forget a key that localfront rejects, as from an earlier run; another tab may have a newer one. */
export function forgetKey() {
  refused.add(key());
  keep("");
  channel.postMessage(ASKS);
}

/**
 * Ask the other tabs of this page for a key, and give them ours: browsers restrict this to pages of
 * the same scheme, host and port, which all come from the inspector.
 *
 * @param {() => void} onKey when another tab had it
 */
export function shareKey(onKey) {
  channel.addEventListener("message", ({ data }) => {
    if (key()) {
      if (data === ASKS) channel.postMessage({ key: key() });
    } else if (data === HAS) channel.postMessage(ASKS);
    else if (KEY.test(data?.key) && !refused.has(data.key)) {
      keep(data.key);
      onKey();
    }
  });
  channel.postMessage(key() ? HAS : ASKS);
}

/** @param {string} given */
function keep(given) {
  kept = given;
  try {
    sessionStorage.setItem(SLOT, given);
  } catch {} // what is kept does
}
