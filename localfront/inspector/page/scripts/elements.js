// @ts-check
// Create and find elements. Text is inserted as text: data from viewers and functions adds no markup.

/**
 * The first element that matches, of the type that is expected.
 *
 * @template {Element} T
 * @param {string} selector
 * @param {{ new (): T }} type
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function find(selector, type, root = document) {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`The page has no ${selector}.`);
  return found;
}

/**
 * @typedef {{ [name: string]: string | number | boolean | null | undefined | ((event: any) => void) }} Properties
 * `class`, attributes, and listeners such as `onclick`; null and false are left out
 */

/**
 * @param {string} name
 * @param {Properties} [properties]
 * @param {(Node | string | null | undefined | false)[]} children
 * @returns {HTMLElement}
 */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} name
 * @param {{ [name: string]: string | number }} attributes
 * @param {SVGElement[]} children
 */
export function draw(name, attributes, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, name));
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** @param {string} sentence said to screen readers */
export function announce(sentence) {
  find("[data-announcement]", HTMLElement).textContent = sentence;
}

/** @param {number} ms */
export function milliseconds(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 100 ? `${ms.toFixed(0)} ms` : ms >= 0.05 ? `${ms.toFixed(1)} ms` : "";
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

/** @type {WeakMap<HTMLElement, number>} how many are under way */
const readings = new WeakMap();

/**
 * Disable an element's content while it is being reloaded: text typed into it meanwhile would be
 * lost.
 *
 * @template T
 * @param {HTMLElement} box
 * @param {Promise<T>} reading
 * @returns {Promise<T>}
 */
export async function readAnew(box, reading) {
  box.inert = true;
  readings.set(box, (readings.get(box) ?? 0) + 1);
  try {
    return await reading;
  } finally {
    const others = (readings.get(box) ?? 1) - 1;
    readings.set(box, others);
    box.inert = others > 0;
  }
}
