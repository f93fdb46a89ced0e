// Dialogs, as the browser's own <dialog>: it keeps the focus inside and gives it back.

import { h, iconButton } from "./dom.js";
import { t } from "./strings.js";

/** Open a dialog with a title; returns the <dialog>, whose `close` event says that it is over. */
export function openDialog(title, ...content) {
  const dialog = h("dialog", { class: "dialog", "aria-label": title },
    h("header", { class: "dialog-head" }, h("h2", {}, title),
      iconButton("close", t("base.close"), () => dialog.close())),
    h("div", { class: "dialog-body" }, ...content));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); }); // beside it
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
