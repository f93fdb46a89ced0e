// Keys of the keyboard, each with a sentence that `?` lists. The latest layer (a viewer, a dialog) gets them first.

import { h } from "./dom.js";
import { t } from "./strings.js";
import { openDialog } from "./dialog.js";

const layers = []; // of arrays of bindings

/**
 * Bind keys until the returned function is called. `bindings`: [{key, text, run}], where `key` is what
 * `KeyboardEvent.key` gives ("ArrowLeft", "f", "?") with "Control+" or "Shift+" before it where they are held,
 * and `text` the key of the string that says what it does. A `run` that returns false leaves the key to others.
 */
export function bindKeys(bindings) {
  layers.push(bindings);
  return () => layers.splice(layers.indexOf(bindings), 1);
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.metaKey || event.isComposing) return;
  if (isTyping(event.target) && event.key !== "Escape") return;
  const pressed = (event.ctrlKey ? "Control+" : "") + (event.shiftKey && event.key.length > 1 ? "Shift+" : "") + event.key;
  for (const layer of layers.toReversed()) {
    const binding = layer.find((one) => one.key === pressed);
    if (binding && binding.run(event) !== false) {
      event.preventDefault();
      return;
    }
  }
});

function isTyping(target) {
  return target.matches?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range], [type=button])");
}

/** Show what each key does now. */
export function showKeys() {
  const lines = layers.flat().filter((one) => one.text).map((one) => h("tr", {},
    h("th", { scope: "row" }, h("kbd", {}, shownKey(one.key))), h("td", {}, t(one.text))));
  openDialog(t("keys.title"), h("table", { class: "keys" }, h("tbody", {}, lines)));
}

function shownKey(key) {
  const signs = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", " ": "Space" };
  return key.split("+").map((part) => signs[part] ?? part).join(" + ") || key;
}
