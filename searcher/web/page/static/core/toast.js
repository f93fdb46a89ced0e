// Says in a corner what was done, and offers to undo it.

import { NoAnswer, send } from "./api.js";
import { find, h } from "./dom.js";
import { hasString, t } from "./strings.js";

const SHOWN_MS = 8000;

/** Say a sentence; `undo` is the token of a change that can be taken back, `undone` is called when it was. */
export function say(text, { undo = null, undone = () => {}, isError = false } = {}) {
  const box = h("div", { class: isError ? "toast toast-error" : "toast" }, h("span", {}, text));
  const close = () => box.remove();
  if (undo !== null) {
    box.append(h("button", { type: "button", class: "text-button", on: { click: async () => {
      close();
      try {
        await send("POST", `/undo/${undo}`);
        say(t("base.undone"));
        undone();
      } catch (error) {
        sayError(error);
      }
    } } }, t("base.undo")));
  }
  const place = find("#toasts");
  place.replaceChildren(box); // the latest only: an older one is no longer what "undo" would be taken for
  // What is beside an open dialog can't be seen or pressed. When the dialog closes, it gives the place back.
  const open = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (place.parentElement !== open) open.append(place);
  let timer = setTimeout(close, SHOWN_MS);
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("focusin", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => { timer = setTimeout(close, SHOWN_MS); });
}

/** Say what went wrong. */
export function sayError(error) {
  if (error.name !== "AbortError") say(errorText(error), { isError: true });
}

/** Return what went wrong, as a sentence; in the page's language for what happens most (docs/http.md lists the kinds). */
export function errorText(error) {
  if (error instanceof NoAnswer) return t("base.no_connection");
  const key = `refused.${error.kind?.replaceAll("-", "_")}`;
  return hasString(key) ? t(key) : error.message; // the server's own sentences are English
}
