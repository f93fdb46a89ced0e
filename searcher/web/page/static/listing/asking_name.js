// Asks for the name of an album.

import { openDialog } from "../core/dialog.js";
import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { errorText } from "../core/toast.js";

/**
 * Ask for a name, and with `withQuery` for the query that fills the album; `take(name, query)` may throw, which is
 * said in the dialog. `note` is said below the name.
 */
export function askName(title, button, take, { name = "", note = t("albums.name_note"), withQuery = false } = {}) {
  const field = h("input", { class: "field", required: true, maxLength: 200, value: name });
  const query = withQuery ? h("input", { class: "field", maxLength: 10000, placeholder: t("albums.query_example") }) : null;
  const trouble = h("p", { class: "form-error", role: "alert", hidden: true });
  const form = h("form", { class: "name-form", on: { submit: async (event) => {
    event.preventDefault();
    try {
      await take(field.value.trim(), query?.value.trim() || null);
      dialog.close();
    } catch (error) {
      [trouble.textContent] = errorText(error).split("\n");
      trouble.hidden = false;
    }
  } } }, h("label", {}, t("albums.name"), field), h("p", { class: "note" }, note),
  query && h("label", {}, t("albums.query"), query), query && h("p", { class: "note" }, t("albums.query_note")),
  trouble, h("button", { class: "button button-main" }, button));
  const dialog = openDialog(title, form);
  field.focus();
  field.select();
}
