// Which labels new photos are tagged with.

import { get, isReadOnly } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { startTask } from "../actions/tasks.js";
import { button, fill } from "./parts.js";

export async function showVocabulary(section) {
  const { vocabularies } = await get("/library");
  const again = () => showVocabulary(section).catch(sayError);
  fill(section,
    vocabularies.length
      ? h("ul", { class: "rows" }, vocabularies.map(({ name, labels }) => h("li", {}, h("div", { class: "row-head" },
        h("strong", {}, name ?? t("settings.own_labels")), h("span", {}, t("settings.labels", { count: labels }))))))
      : h("p", { class: "note" }, t("settings.no_vocabulary")),
    h("div", { class: "row-buttons" },
      h("a", { class: "button", href: "/review" }, t("navigation.review")),
      isReadOnly ? null : button(t("review.start"), () => startTask("tag", t("review.tagging"), again))));
}
