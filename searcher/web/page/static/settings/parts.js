// What the parts of the settings have in common.

import { h } from "../core/dom.js";
import { locale } from "../core/strings.js";

/** Replace all of a section but its heading. */
export function fill(section, ...content) {
  section.replaceChildren(section.querySelector("h2"), ...content.flat().filter(Boolean));
}

/** Return a moment (UTC, ISO 8601) as people write it, in their own time. */
export function momentText(moment) {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));
}

export function bytesText(bytes) {
  const [unit, by] = bytes < 1e6 ? ["kilobyte", 1e3] : bytes < 1e9 ? ["megabyte", 1e6] : ["gigabyte", 1e9];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / by);
}

/** Return a list of terms and what they are; those that are null are left out. */
export function factList(facts) {
  return h("dl", { class: "facts" }, facts.filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

export function button(text, click, properties = {}) {
  return h("button", { type: "button", class: "button", on: { click }, ...properties }, text);
}

/** Return a text whose `commands` are marked as such. */
export function coded(text) {
  return text.split("`").map((part, number) => (number % 2 ? h("code", {}, part) : part));
}
