// What can be done with the selected photos.

import { h } from "../core/dom.js";
import { t } from "../core/strings.js";

/** Show a bar while photos are selected. */
export function mountActionBar(selection) {
  const count = h("span", {});
  const bar = h("div", { class: "action-bar", hidden: true, role: "toolbar", "aria-label": t("selection.label") }, count);
  selection.addEventListener("change", () => {
    bar.hidden = selection.size === 0;
    count.textContent = t("selection.count", { count: selection.size });
  });
  document.body.append(bar);
}
