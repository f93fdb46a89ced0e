// Outlines of things in a photo, laid over it.

import { h } from "./dom.js";

const PERCENT = 100;

/** Return a layer with an outline for each box: [left, top, right, bottom], fractions of the photo. */
export function outlines(boxes) {
  return h("div", { class: "outlines", "aria-hidden": "true" }, boxes.map(([left, top, right, bottom]) => h("div", { class: "outline", style: {
    left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top) } })));
}

function percent(share) {
  return `${PERCENT * share}%`;
}
