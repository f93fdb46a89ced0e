// Keys of the keyboard, each with a sentence that `?` lists. The latest layer (a viewer, a dialog) gets them first.

import { h } from "./dom.js";
import { t } from "./strings.js";
import { openDialog } from "./dialog.js";

const layers = []; // {bindings, isAlone}

/**
 * Bind keys until the returned function is called. `bindings`: [{key, text, run}], where `key` is what
 * `KeyboardEvent.key` gives ("ArrowLeft", "f", "?") with "Control+" or "Shift+" before it where they are held,
 * and `text` the key of the string that says what it does. A `run` that returns false leaves the key to others.
 * `isAlone`: what lies below, as a grid under a viewer, gets no keys meanwhile.
 */
export function bindKeys(bindings, { isAlone = false } = {}) {
  const layer = { bindings, isAlone };
  layers.push(layer);
  return () => {
    if (layers.includes(layer)) layers.splice(layers.indexOf(layer), 1);
  };
}

/** Return the bindings that count now, the latest first. */
function current() {
  const lowest = Math.max(0, layers.findLastIndex(({ isAlone }) => isAlone));
  return layers.slice(lowest).toReversed().flatMap(({ bindings }) => bindings);
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.metaKey || event.isComposing) return;
  if (isTyping(event.target) && event.key !== "Escape") return;
  if (document.querySelector("dialog:modal")) return; // which has keys of its own
  const pressed = (event.ctrlKey ? "Control+" : "") + (event.shiftKey && event.key.length > 1 ? "Shift+" : "") + event.key;
  for (const binding of current().filter(({ key }) => key === pressed)) {
    // A letter or number that is held down acts once: it would rate, tag or answer again and again.
    if ((event.repeat && /^[\p{L}\d]$/u.test(event.key)) || binding.run(event) !== false) {
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
  const sentences = new Map(); // what is done, by which keys; the keys of the view before those of every view
  for (const { key, text } of current()) {
    if (text && !sentences.get(text)?.includes(key)) sentences.set(text, [...(sentences.get(text) ?? []), key]);
  }
  const lines = [...sentences].map(([text, keys]) => h("tr", {},
    h("th", { scope: "row" }, keys.flatMap((key, at) => [at > 0 && " ", h("kbd", {}, shownKey(key))])), h("td", {}, t(text))));
  openDialog(t("keys.title"), h("table", { class: "keys" }, h("tbody", {}, lines)));
}

function shownKey(key) {
  const signs = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", " ": "Space" };
  return key.split("+").map((part) => signs[part] ?? part).join(" + ") || key;
}
