// How far an index has come, as the server tells it; and a button that begins one.

import { isReadOnly } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { startTask } from "../work/tasks.js";
import { button, coded, fill } from "./parts.js";

export async function showIndexing(section) {
  fill(section,
    h("p", { class: "note" }, coded(t("settings.indexing_note"))),
    isReadOnly ? null : h("div", { class: "row-buttons" },
      button(t("settings.index"), () => startTask("index", t("settings.index_begun"), () => location.reload()))));
}
