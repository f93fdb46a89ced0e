// Makes nodes. The page's policy (Trusted Types) forbids markup in strings, so every node is built here.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return a new element.
 * `properties`: `class`, `data` (object), `style` (object), `on` (object of listeners); `aria-…`, `role` and other
 * names with a hyphen become attributes, all else properties of the node. Children that are null or false are left out.
 */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "style") Object.assign(node.style, value);
    else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name.includes("-") || name === "role" || name === "for") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Return the icon of a symbol of `icons/icons.svg`. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", new URL(`../icons/icons.svg#${name}`, import.meta.url));
  svg.append(use);
  return svg;
}

/** Return a button with an icon whose name is read aloud and shown as a tooltip. */
export function iconButton(name, label, listener, properties = {}) {
  return h("button", { type: "button", class: "icon-button", title: label, "aria-label": label,
    on: { click: listener }, ...properties }, icon(name));
}

/** Return the first match of a selector, or null. */
export function find(selector, below = document) {
  return below.querySelector(selector);
}

/** Return what the server gave the script of this view, or null. */
export function viewData() {
  const data = find("#view-data");
  return data ? JSON.parse(data.textContent) : null;
}
