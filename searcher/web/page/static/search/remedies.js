// What is said where a question can't be read, finds nothing, or nothing that fits: and what to try.

import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { addressWith } from "./address.js";
import { offerToImagine } from "./imagining.js";

/** Return what is said above the hits, or null if there is nothing to say. */
export function verdict(asked, answer) {
  const links = answer.remedies.map(({ kind, query, text }) => h("li", {}, h("a", { href: addressWith(asked, { q: query }) }, t(`remedy.${kind}`, { text }))));
  const tried = links.length ? [h("p", {}, t("search.try")), h("ul", { class: "remedies" }, links)] : [];
  if (answer.hits.length === 0 || answer.matches === false) tried.push(offerToImagine(answer.words));
  const notes = answer.notes.filter((note) => !isToldOtherwise(note));
  if (answer.hits.length === 0) return said("search.no_hits", notes, tried);
  if (answer.matches === false) return said(answer.unsure ? "search.unsure" : "search.nothing_matches", notes, tried);
  const meant = answer.did_you_mean;
  if (meant === null && notes.length === 0) return null;
  return h("div", { class: "verdict is-quiet" },
    meant === null ? null : h("p", {}, t("search.did_you_mean"), " ", h("a", { href: addressWith(asked, { q: meant }) }, meant)),
    notes.map((note) => h("p", { class: "note" }, note)));
}

/** Return what is said of an error, with the column of the line marked. */
export function errorNode(asked, error) {
  const [sentence] = error.message.split("\n"); // what follows draws the line for a terminal
  const line = asked.q;
  const at = error.column === null ? null : error.column - 1;
  return h("div", { class: "verdict", role: "alert" }, h("h2", {}, t(error.kind === "bad-query" ? "search.not_read" : "search.failed")), h("p", {}, sentence),
    at === null ? null : h("pre", { class: "marked-line" }, line.slice(0, at), h("mark", {}, line.slice(at, at + 1) || " "), line.slice(at + 1)));
}

function said(key, notes, tried) {
  return h("div", { class: "verdict" }, h("h2", {}, t(key)), notes.map((note) => h("p", { class: "note" }, note)), tried);
}

/** Chips and links of the page say these better. */
function isToldOtherwise(note) {
  return note.startsWith("read “") || note.startsWith("did you mean “");
}
