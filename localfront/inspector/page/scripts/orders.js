// @ts-check
// Parse typed request headers into pairs.

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
 * The header that simulates the viewer's country.
 *
 * @param {string} country
 * @returns {[string, string][]}
 */
export function viewerLine(country) {
  return country ? [["X-Localfront-Viewer", `country=${country.toUpperCase()}`]] : [];
}
