// What stands in place of a view, or of a part of it, that could not be asked for.

import { h } from "./dom.js";
import { t } from "./strings.js";
import { errorText } from "./toast.js";

/** Say in `host` what went wrong, with a button that tries again. */
export function showTrouble(host, error, again) {
  if (error.name === "AbortError") return;
  const note = h("div", { class: "empty", role: "alert" }, h("p", {}, errorText(error)),
    h("button", { type: "button", class: "button", on: { click: () => { note.remove(); again(); } } }, t("base.try_again")));
  host.append(note);
}
