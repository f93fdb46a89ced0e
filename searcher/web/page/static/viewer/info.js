// All that is known of a photo, beside it: what its file says, what people and models said, and what one can change.

import { thumbnail } from "../core/api.js";
import { h, icon, iconButton } from "../core/dom.js";
import { clockText, dateText, locale, t } from "../core/strings.js";
import { addressOf } from "../grid/cells.js";
import { favourite, rate, tag, untag } from "../actions/actions.js";
import { askAlbum, askFacts, askTag } from "../actions/asking.js";

const STARS = [1, 2, 3, 4, 5];

/** The panel; `show` is called with the facts of each photo (GET /photos/ID), `goTo` with the id of one to show. */
export class InfoPanel {
  #facts = null;
  #isOpen = false;

  constructor(goTo) {
    this.goTo = goTo;
    this.node = h("aside", { class: "viewer-info", "aria-label": t("info.label"), tabIndex: 0 });
  }

  setOpen(isOpen) {
    this.#isOpen = isOpen;
    this.node.classList.toggle("is-open", isOpen);
    this.#draw();
  }

  show(facts) {
    this.#facts = facts;
    this.#draw();
  }

  #draw() {
    const facts = this.#facts;
    if (!this.#isOpen || !facts) return;
    const focused = this.node.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    this.node.replaceChildren(...[
      h("h2", { class: "info-name" }, facts.title ?? nameOf(facts.path)),
      facts.description && h("p", {}, facts.description),
      this.#stars(facts),
      h("dl", { class: "info-list" }, factsOf(facts)),
      ...this.#tags(facts), ...this.#albums(facts), ...textOf(facts), ...this.#paths(facts), ...this.#neighbours(facts),
    ].filter(Boolean));
    // What had the focus may be gone, as a tag that was taken away.
    if (focused) (this.node.querySelector(`[data-name="${CSS.escape(focused)}"]`) ?? this.node).focus();
  }

  #stars(facts) {
    if (!facts.may_edit) return facts.rating > 0 && h("p", {}, t("grid.rating", { count: facts.rating }));
    return h("div", { class: "info-stars", role: "group", "aria-label": t("actions.rate") },
      STARS.map((number) => iconButton("star", t(`actions.rate_${number}`), () => rate([facts.photo_id], number === facts.rating ? 0 : number),
        { class: "icon-button info-star", "aria-pressed": String(number <= (facts.rating ?? 0)), data: { name: `star-${number}` } })),
      iconButton("favourite", t("actions.favourite"), () => favourite([facts.photo_id], !facts.favourite),
        { class: "icon-button info-star", "aria-pressed": String(facts.favourite), data: { name: "favourite" } }),
      iconButton("edit", t("actions.facts"), () => askFacts([facts.photo_id])));
  }

  #tags(facts) {
    const ids = [facts.photo_id];
    if (!facts.tags.length && !facts.may_edit) return [];
    return [
      heading(t("info.tags"), facts.may_edit && iconButton("add", t("actions.tag"), () => askTag(ids), { data: { name: "add-tag" } })),
      h("ul", { class: "info-tags" }, facts.tags.map(({ name, model, probability }) => {
        const isProposed = model !== null;
        const by = isProposed ? t("info.tag_by_model", { model, percent: Math.round((probability ?? 0) * 100) }) : t("info.tag_by_you");
        return h("li", { class: isProposed ? "info-tag" : "info-tag is-said", title: by },
          h("a", { href: `/tags/${encodeURIComponent(name)}` }, name, h("span", { class: "visually-hidden" }, ` (${by})`)),
          facts.may_edit && isProposed && iconButton("check", t("info.tag_right", { name }), () => tag(ids, name), { data: { name: `yes-${name}` } }),
          facts.may_edit && iconButton("close", t("info.tag_wrong", { name }), () => untag(ids, name), { data: { name: `no-${name}` } }));
      })),
    ];
  }

  #albums(facts) {
    const { albums } = facts;
    if (!albums.length && !facts.may_edit) return [];
    return [
      heading(t("navigation.albums"), facts.may_edit && iconButton("add", t("actions.album"), () => askAlbum([facts.photo_id]), { data: { name: "add-album" } })),
      h("ul", { class: "info-tags" }, albums.map(({ id, name }) => h("li", {}, h("a", { class: "chip", href: `/albums/${id}` }, name)))),
    ];
  }

  #paths(facts) {
    const paths = [facts.path, ...(facts.copies ?? []), ...(facts.companions ?? [])];
    return [heading(t("info.files")), h("ul", { class: "info-paths" }, paths.map((path) => h("li", {}, path)))];
  }

  #neighbours({ previous, next }) {
    if (previous === null && next === null) return [];
    const link = (id, label) => id !== null && h("a", { href: addressOf(id), "aria-label": label, title: label,
      on: { click: (event) => {
        if (event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        this.goTo(id);
      } } }, h("img", { src: thumbnail({ id }), alt: "" }));
    return [heading(t("info.near")), h("div", { class: "info-near" }, link(previous, t("info.taken_after")), link(next, t("info.taken_before")))];
  }
}

function heading(text, ...buttons) {
  return h("div", { class: "info-heading" }, h("h2", {}, text), ...buttons);
}

function textOf({ text }) {
  return text ? [heading(t("info.text")), h("p", { class: "info-text" }, text)] : [];
}

function nameOf(path) {
  return path.split(/[\\/]/).at(-1);
}

function factsOf(facts) {
  const number = (value, options) => new Intl.NumberFormat(locale, options).format(value);
  const setByYou = new Set(facts.set_by_you);
  const source = (said, name) => (setByYou.has(name) ? t("info.set_by_you") : said && t("info.source", { source: said }));
  return [
    line("on_this_day", t("info.date"), facts.taken_at ? dateText(facts.taken_at) : t("grid.undated"), source(facts.date_source, "date")),
    facts.latitude !== null && line("places", t("info.place"),
      h("a", { href: placesAddress(facts) }, `${number(facts.latitude, { maximumFractionDigits: 4 })}, ${number(facts.longitude, { maximumFractionDigits: 4 })}`),
      source(facts.position_source, "place")),
    facts.camera && line("camera", t("info.camera"), facts.camera, facts.lens),
    line("browse", t("info.picture"), `${number(facts.width)} × ${number(facts.height)}`,
      `${number(facts.width * facts.height / 1e6, { maximumFractionDigits: 1 })} MP · ${facts.format}`),
    facts.length_s !== undefined && line("play", t("info.length"), clockText(facts.length_s), facts.codec),
    facts.keywords.length > 0 && line("tags", t("info.keywords"), facts.keywords.join(", ")),
    facts.hidden && line("hide", t("info.hidden"), t("info.hidden")),
  ];
}

const NEAR = 0.05; // degrees around a photo that the map shows

function placesAddress({ latitude, longitude }) {
  const box = [latitude - NEAR, longitude - NEAR, latitude + NEAR, longitude + NEAR].map((degrees) => degrees.toFixed(4));
  return `/places?box=${box.join(",")}`;
}

function line(name, label, text, note = null) {
  return h("div", {}, h("dt", { title: label }, icon(name), h("span", { class: "visually-hidden" }, label)),
    h("dd", {}, text, note && h("div", { class: "note" }, note)));
}
