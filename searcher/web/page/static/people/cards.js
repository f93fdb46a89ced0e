// People as cards: a face, the name, and in how many photos they are.

import { isReadOnly } from "../core/api.js";
import { h, icon, iconButton } from "../core/dom.js";
import { t } from "../core/strings.js";
import { faceImage } from "./face.js";
import { ignorePerson, namePerson } from "./saying.js";

/** Return people as a list of cards; `changed` is called when something was said of one. */
export function personCards(people, changed) {
  return h("ul", { class: "person-cards" }, people.map((person) => card(person, changed)));
}

function card(person, changed) {
  const shown = person.name ?? t("people.group", { number: person.id });
  return h("li", { class: "person-card" },
    h("a", { href: `/people/${person.id}` }, faceImage(person.cover),
      h("span", { class: person.name ? "person-name" : "visually-hidden" }, shown)),
    h("span", { class: "note" }, t("albums.photos", { count: person.photos })),
    isReadOnly ? null : h("span", { class: "person-tools" }, ...tools(person, shown, changed)));
}

function tools(person, shown, changed) {
  if (person.ignored) return [button(t("people.list_again"), shown, () => ignorePerson(person, changed, false))];
  return [
    button(t(person.name ? "people.rename" : "people.give_name"), shown, () => namePerson(person, changed)),
    iconButton("hide", t("people.ignore_named", { name: shown }), () => ignorePerson(person, changed)),
  ];
}

function button(text, shown, run) {
  return h("button", { type: "button", class: "button", "aria-label": `${text}: ${shown}`, on: { click: run } }, text);
}

/** Return the names that other programs wrote into photos, each as a link to them. */
export function namesInFiles(names) {
  return h("ul", { class: "info-tags" }, names.map(({ name, filter, photos }) => h("li", {},
    h("a", { class: "chip", href: `/search?q=${encodeURIComponent(filter)}` }, icon("people"), name, h("span", { class: "note" }, photos)))));
}
