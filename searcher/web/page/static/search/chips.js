// The chips of a question: what was understood, each with the way to take it away.

import { thumbnail } from "../core/api.js";
import { h, icon } from "../core/dom.js";
import { t } from "../core/strings.js";
import { addressWith } from "./address.js";
import { chipText } from "./meanings.js";

/** Return the list of chips of an answer. */
export function chipList(asked, chips) {
  const items = [
    ...chips.map((chip) => fromLine(asked, chip)),
    ...(asked.picture ? [removable(t("chip.picture"), addressWith(asked, { picture: "" }), { icon: "browse" })] : []),
    ...feedback(asked, "more"),
    ...feedback(asked, "less"),
  ];
  return h("ul", { class: "chips", "aria-label": t("search.understood"), hidden: items.length === 0 }, items);
}

function fromLine(asked, chip) {
  const text = chipText(chip);
  const asWords = chip.as_words === null ? null
    : h("a", { class: "chip-note", href: addressWith(asked, { q: chip.as_words }), title: t("chip.as_words_title", { words: chip.text }) }, t("chip.as_words"));
  return removable(text, addressWith(asked, { q: chip.without }), { icon: iconOf(chip), title: chip.text, note: asWords });
}

function iconOf(chip) {
  const icons = { near: "places", country: "places", tag: "tags", album: "albums", in: "folders", like: "similar", on: "on_this_day", after: "on_this_day", before: "on_this_day", during: "on_this_day" };
  return icons[chip.means[0]?.key] ?? null;
}

function feedback(asked, name) {
  return asked[name].map((id) => removable(t(`chip.${name}`), addressWith(asked, { [name]: asked[name].filter((one) => one !== id) }),
    { picture: h("img", { class: "chip-picture", alt: t("chip.photo", { id }), src: thumbnail({ id }) }) }));
}

function removable(text, without, { icon: symbol = null, picture = null, title = null, note = null } = {}) {
  return h("li", { class: "chip", title }, picture, symbol && icon(symbol), h("span", {}, text), note,
    h("a", { class: "chip-remove", href: without, "aria-label": t("chip.remove", { value: text }), title: t("chip.remove", { value: text }) }, icon("close")));
}
