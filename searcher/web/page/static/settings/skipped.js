// Files that could not become photos, and why; a page at a time.

import { get, isReadOnly } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { startTask } from "../actions/tasks.js";
import { button, fill, momentText } from "./parts.js";

const A_PAGE = 50;

export async function showSkipped(section, reason = null, offset = 0) {
  const { total, reasons, files } = await get("/skipped", { reason, offset, limit: A_PAGE });
  const all = reasons.reduce((sum, one) => sum + one.files, 0);
  if (!all) {
    fill(section, h("p", { class: "note" }, t("settings.none_skipped")));
    return;
  }
  const go = (to, at) => showSkipped(section, to, at).catch(sayError);
  const choice = h("select", { class: "field", on: { change: (event) => go(event.target.value || null, 0) } },
    h("option", { value: "" }, t("settings.all_reasons", { count: all })),
    reasons.map((one) => h("option", { value: one.reason, selected: one.reason === reason }, `${one.reason} (${one.files})`)));
  fill(section,
    h("div", { class: "row-head" }, h("label", { class: "asking-field" }, h("span", {}, t("settings.reason")), choice),
      isReadOnly ? null : button(t("settings.retry"), () => startTask("retry", t("settings.retrying"), () => go(null, 0)))),
    h("table", { class: "lines" },
      h("thead", {}, h("tr", {}, h("th", {}, t("settings.file")), h("th", {}, t("settings.reason")), h("th", {}, t("settings.when")))),
      h("tbody", {}, files.map((file) => h("tr", {},
        h("td", { class: "path" }, file.path), h("td", {}, file.reason),
        h("td", {}, momentText(file.skipped_at), file.again_at && h("div", { class: "note" }, t("settings.again_at", { moment: momentText(file.again_at) }))))))),
    total > A_PAGE && h("div", { class: "pages" },
      button(t("settings.newer"), () => go(reason, offset - A_PAGE), { disabled: offset === 0 }),
      h("span", {}, t("settings.page", { from: offset + 1, to: offset + files.length, total })),
      button(t("settings.older"), () => go(reason, offset + A_PAGE), { disabled: offset + A_PAGE >= total })));
}
