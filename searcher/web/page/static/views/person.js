// One person: the photos as a grid, or the faces, which can be said to be somebody else's.

import { isReadOnly } from "../core/api.js";
import { find, h, icon, viewData } from "../core/dom.js";
import { t } from "../core/strings.js";
import { showFiltered } from "../listing/filtered_grid.js";
import { FaceGrid } from "../people/face_grid.js";
import { ignorePerson, namePerson } from "../people/saying.js";
import { addressOfLine } from "../search/address.js";

const person = viewData();
if (person) begin();

function begin() {
  const isFaces = person.filter === null || new URLSearchParams(location.search).get("show") === "faces";
  const again = () => location.reload(); // the name may lead to another person now
  const button = (symbol, text, run) => h("button", { type: "button", class: "button", on: { click: run } }, icon(symbol), text);
  find("#actions").append(...[
    person.filter && tab(t("people.photos"), `/people/${person.id}`, !isFaces),
    person.filter && tab(t("people.faces"), `/people/${person.id}?show=faces`, isFaces),
    person.filter && h("a", { class: "button", href: addressOfLine(`${person.filter} `) }, icon("search"), t("albums.search_in")),
    !isReadOnly && button("edit", t(person.name ? "people.rename" : "people.give_name"), () => namePerson(person, again)),
    !isReadOnly && button("hide", t(person.ignored ? "people.list_again" : "people.ignore"), () => ignorePerson(person, again, !person.ignored)),
  ].filter(Boolean));
  if (isFaces) new FaceGrid(find("#grid"), person).load();
  else showFiltered(person.filter);
}

function tab(text, href, isCurrent) {
  return h("a", { class: "chip", href, "aria-current": isCurrent ? "page" : null }, text);
}
