// Dialogs, as the browser's own <dialog>: it keeps the focus inside and gives it back.

import { h, iconButton } from "./dom.js";
import { t } from "./strings.js";

/** Open a dialog with a title; returns the <dialog>, whose `close` event says that it is over. */
export function openDialog(title, ...content) {
  const dialog = h("dialog", { class: "dialog", "aria-label": title },
    h("header", { class: "dialog-head" }, h("h2", {}, title),
      iconButton("close", t("base.close"), () => dialog.close())),
    h("div", { class: "dialog-body" }, ...content));
  dialog.addEventListener("close", () => {
    document.body.append(...dialog.querySelectorAll("#toasts"));
    dialog.remove();
  });
  // A press beside it closes it, but not one that began in it, as when a text is selected past its edge.
  let isPressedBeside = false;
  dialog.addEventListener("pointerdown", (event) => { isPressedBeside = event.target === dialog; });
  dialog.addEventListener("click", (event) => { if (isPressedBeside && event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
