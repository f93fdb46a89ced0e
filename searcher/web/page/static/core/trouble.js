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

/** Show a view in `host` by a function; what goes wrong stands in its place, with a button that opens the view anew. */
export async function showOrTrouble(host, show) {
  try {
    await show();
  } catch (error) {
    host.replaceChildren();
    showTrouble(host, error, () => location.reload());
  }
  host.removeAttribute("aria-busy");
}
