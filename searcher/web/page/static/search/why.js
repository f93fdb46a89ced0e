// Why a photo is a hit: the parts of the question with their shares, in words, and where in the photo it was found.

import { address, get, thumbnail } from "../core/api.js";
import { openDialog } from "../core/dialog.js";
import { h } from "../core/dom.js";
import { outlines } from "../core/outlines.js";
import { t } from "../core/strings.js";
import { asParameters } from "./address.js";

const PERCENT = 100;
const WHERE = {
  "its file’s name": "why.in_file_name", "its folder": "why.in_folder", "its title": "why.in_title",
  "its description": "why.in_description", "its keywords": "why.in_keywords",
};

/** Open the reasons of a hit; `photo.page` is {cursor, limit} of the page that it came with. */
export async function openWhy(asked, photo) {
  const reasons = h("div", { class: "why-reasons", "aria-live": "polite" }, h("p", { class: "note" }, t("why.asking")));
  const dialog = openDialog(t("why.title"), h("div", { class: "why" }, picture(asked, photo), reasons));
  dialog.classList.add("dialog-wide");
  try {
    const answer = await get("/search", { ...asParameters(asked), ...photo.page, explain: true });
    const hit = answer.hits.find((one) => one.photo_id === photo.id);
    reasons.replaceChildren(...(hit ? explained(hit) : [h("p", {}, t("why.gone"))]));
  } catch (error) {
    reasons.replaceChildren(h("p", {}, error.message));
  }
}

function picture(asked, photo) {
  const heat = h("img", { class: "why-heat", alt: t("why.heat_alt"), hidden: true });
  const note = h("p", { class: "note", role: "status" });
  const toggle = h("button", { type: "button", class: "button", "aria-pressed": "false", on: { click: () => {
    heat.hidden = !heat.hidden;
    toggle.setAttribute("aria-pressed", String(!heat.hidden));
    if (heat.hidden || heat.src) return;
    showHeat(asked, photo, heat, note);
  } } }, t("why.show_heat"));
  return h("figure", { class: "why-picture" },
    h("div", { class: "why-layers", style: { aspectRatio: String(photo.ratio) } }, h("img", { alt: photo.path, src: thumbnail(photo, "medium") }), heat, outlines(photo.read.map(({ box }) => box))),
    toggle, note);
}

async function showHeat(asked, photo, heat, note) {
  note.textContent = t("why.painting");
  const { q, more, less, picture: token } = asParameters(asked);
  try {
    const response = await fetch(address(`/photos/${photo.id}/heat-map`, { q, more, less, picture: token }));
    if (!response.ok) throw new Error((await response.json()).error.message);
    heat.src = URL.createObjectURL(await response.blob());
    note.textContent = t("why.heat_note");
  } catch (error) {
    heat.hidden = true;
    note.textContent = t("why.no_heat", { reason: error.message.split("\n")[0] });
  }
}

function explained(hit) {
  const { parts, rival, evidence, names, filters } = hit.explanation;
  const most = Math.max(...parts.map((part) => Math.abs(part.share)), Math.abs(rival?.share ?? 0), Number.EPSILON);
  return [
    hit.relevance && h("p", {}, t("why.grade", { grade: t(`search.grade.${hit.relevance}`), percent: Math.round(PERCENT * hit.match) })),
    parts.length > 0 && h("ul", { class: "why-parts" },
      parts.map((part) => bar(partText(part), part.share, most)),
      rival?.share ? bar(t("why.rival", { caption: rival.caption }), rival.share, most) : null),
    evidence && h("details", {}, h("summary", {}, t("why.evidence")), h("dl", { class: "why-evidence" },
      ["ahead", "close", "common", "chance", "base"].map((name) => [h("dt", {}, t(`why.evidence.${name}`)), h("dd", {}, signed(evidence[name]))]))),
    names.length > 0 && h("ul", {}, names.map(({ word, stands_in: where }) => h("li", {}, t("why.name", { word, where: t(WHERE[where] ?? "why.in_names") })))),
    hit.read?.length > 0 && h("ul", {}, hit.read.map(({ word, text }) => h("li", {}, t("why.read", { word, text })))),
    filters.length > 0 && h("ul", {}, filters.map(({ filter, met_by: fact }) => h("li", {}, h("code", {}, filter), fact ? ` – ${fact}` : ""))),
  ].filter(Boolean);
}

function partText({ part, pull, photo_id: id }) {
  if (id !== null) return t(pull < 0 ? "why.unlike" : "why.like", { id });
  return t(pull < 0 ? "why.pushes" : "why.pulls", { part });
}

function bar(text, share, most) {
  const meter = h("span", { class: share < 0 ? "why-bar is-negative" : "why-bar", "aria-hidden": "true", style: { width: `${PERCENT * Math.abs(share) / most}%` } });
  return h("li", {}, h("span", { class: "why-text" }, h("span", {}, text), h("span", { class: "note" }, signed(share))), meter);
}

function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
