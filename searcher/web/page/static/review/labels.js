// The labels that a model gave to photos, those with the most open photos first.

import { get, isReadOnly, thumbnail } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { startTask } from "../actions/tasks.js";

/** Show all labels, a field to find one, and what to do where there is none. */
export async function showLabels(host) {
  const { labels } = await get("/proposals");
  const list = h("ul", { class: "labels" });
  const field = h("input", { class: "field", type: "search", name: "label", autocomplete: "off", maxLength: 200 });
  const show = () => {
    const typed = field.value.trim().toLocaleLowerCase();
    list.replaceChildren(...labels.filter(({ name }) => name.toLocaleLowerCase().includes(typed)).map(line));
  };
  field.addEventListener("input", show);
  show();
  host.append(
    h("p", { class: "note" }, t("review.about")),
    // As a form, so that any label can be asked for: Enter opens its address.
    h("form", { action: "/review", class: "review-field" },
      h("label", { class: "asking-field" }, h("span", {}, t("review.find")), field),
      h("button", { type: "submit", class: "button" }, t("review.open"))),
    labels.length ? list : nothing());
}

function line({ name, by_models: open, yes, no, cover }) {
  return h("li", {}, h("a", { class: "label-line", href: `/review?label=${encodeURIComponent(name)}` },
    h("span", { class: "label-cover" }, cover && h("img", { src: thumbnail(cover), alt: "", loading: "lazy", decoding: "async" })),
    h("span", { class: "label-words" },
      h("span", { class: "label-name" }, name),
      h("span", {}, open ? t("review.open_photos", { count: open }) : t("review.none_open")),
      yes + no ? h("span", { class: "note" }, t("review.said", { yes, no })) : null)));
}

function nothing() {
  return h("div", { class: "empty" },
    h("h2", {}, t("review.nothing")), h("p", {}, t("review.nothing_note")),
    isReadOnly ? null : h("button", { type: "button", class: "button button-main", on: {
      click: () => startTask("tag", t("review.tagging"), () => location.reload()),
    } }, t("review.start")));
}
