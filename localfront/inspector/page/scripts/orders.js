// @ts-check
// What was typed of a request's headers, as pairs.

/**
 * @param {string} text
 * @returns {[string, string][]}
 */
export function headerLines(text) {
  return text.split("\n").filter((line) => line.includes(":")).map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
}

/**
 * The header by which localfront is told who asks.
 *
 * @param {string} country
 * @returns {[string, string][]}
 */
export function viewerLine(country) {
  return country ? [["X-Localfront-Viewer", `country=${country.toUpperCase()}`]] : [];
}
