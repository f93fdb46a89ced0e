// Hits in rows of one height, graded by their borders, each with a menu: more like this, fewer, why.

import { mayEdit, thumbnail } from "../core/api.js";
import { h, icon, iconButton } from "../core/dom.js";
import { clockText, dateText, t } from "../core/strings.js";
import { motionBadge } from "../grid/cells.js";
import { moveUnderPointer } from "../grid/motion.js";

const ROW_PX = 220;

/** Return a hit of the API as grids and viewers have photos. */
export function photoOf(hit, page) {
  return {
    id: hit.photo_id, ratio: hit.ratio, hash: hit.hash, date: hit.taken_at, favourite: hit.favourite ?? false,
    rating: hit.rating ?? null, relevance: hit.relevance, words: hit.words ?? [], read: hit.read ?? [], alike: hit.alike ?? [], match: hit.match, path: hit.path, page,
    kind: kindOf(hit), seconds: hit.length_s ?? null, atS: hit.at_s ?? null,
  };
}

function kindOf(hit) {
  if (hit.length_s !== undefined) return "video";
  return hit.motion ? "motion" : null;
}

/** Return whether a hit is more than weak, by what it shows, its names or the text in it. */
export function fits(photo) {
  return photo.relevance !== "weak" || photo.words.length > 0;
}

/** A list of hits that grows. `tools`: {more(id), less(id), why(photo)}. */
export class HitList {
  #photos = [];
  #items = new Map(); // by id
  #from = null; // the photo where a range begins

  constructor(selection, tools, grow) {
    this.selection = selection;
    this.tools = tools;
    this.grow = grow;
    this.node = h("ul", { class: "hits", "aria-label": t("search.hits") });
    selection.addEventListener("change", () => this.#showSelection());
  }

  /** As the viewer wants a sequence of photos. */
  get total() { return this.#photos.length; }
  async at(index) {
    if (index >= this.#photos.length) await this.grow();
    return this.#photos[index] ?? null;
  }
  async indexOf(id) { return this.#photos.findIndex((photo) => photo.id === id); }
  known(id) { return this.#photos.find((photo) => photo.id === id) ?? null; }

  add(photos) {
    for (const photo of photos) {
      if (this.#items.has(photo.id)) continue;
      this.#photos.push(photo);
      const item = this.#item(photo);
      this.#items.set(photo.id, item);
      this.node.append(item);
    }
    this.#showSelection();
  }

  async open(id, isHere = false) {
    const { openViewer } = await import("../viewer/viewer.js"); // which most answers don't need
    openViewer(this, id, { isHere, closed: (seen) => this.#items.get(seen)?.querySelector(".hit-link").focus() });
  }

  #item(photo) {
    const name = describe(photo);
    const link = h("a", { class: "hit-link", href: `?${withPhoto(photo.id)}`, on: { click: (event) => this.#click(event, photo) } },
      h("img", { alt: name, src: thumbnail(photo), loading: "lazy", decoding: "async", draggable: true }));
    moveUnderPointer(link, () => photo);
    const check = mayEdit ? h("button", { type: "button", class: "cell-check hit-check", role: "checkbox", "aria-checked": "false",
      "aria-label": t("search.select", { photo: name }), on: { click: (event) => this.#select(event, photo) } }, icon("check")) : null;
    const tools = h("div", { class: "hit-tools" },
      iconButton("add", t("search.more_like_this"), () => this.tools.more(photo.id)),
      iconButton("remove", t("search.fewer_like_this"), () => this.tools.less(photo.id)),
      iconButton("help", t("search.why"), () => this.tools.why(photo)));
    const badges = h("div", { class: "hit-badges" },
      ...wordBadges(photo),
      photo.atS !== null && h("span", { class: "badge" }, t("search.at", { time: clockText(photo.atS) })),
      motionBadge(photo),
      photo.alike.length ? h("span", { class: "badge" }, `×${photo.alike.length + 1}`) : null);
    return h("li", { class: `hit ${photo.relevance ? `grade-${photo.relevance}` : ""}`,
      style: { aspectRatio: String(photo.ratio), flexGrow: String(photo.ratio), flexBasis: `${photo.ratio * ROW_PX}px` } },
    link, check, tools, badges);
  }

  #click(event, photo) {
    if (event.ctrlKey || event.metaKey || event.button !== 0) return;
    event.preventDefault();
    if (this.selection.size || event.shiftKey) this.#select(event, photo);
    else this.open(photo.id);
  }

  /** Select a photo, or with Shift all from the last one on. */
  #select(event, photo) {
    const [one, other] = [this.#photos.indexOf(this.#from), this.#photos.indexOf(photo)];
    if (event.shiftKey && one >= 0) {
      this.selection.add(this.#photos.slice(Math.min(one, other), Math.max(one, other) + 1).map(({ id }) => id));
      return;
    }
    this.#from = photo;
    this.selection.toggle(photo.id);
  }

  /** Return the keys (core/keys.js) that lead from hit to hit and select one. */
  keys() {
    const at = () => this.#photos.findIndex(({ id }) => this.#items.get(id).contains(document.activeElement));
    const step = (by) => () => {
      const from = at();
      const photo = this.#photos[from < 0 ? 0 : Math.min(this.#photos.length - 1, Math.max(0, from + by))];
      this.#items.get(photo?.id)?.querySelector(".hit-link").focus();
    };
    return [
      { key: "ArrowRight", text: "grid.keys.arrows", run: step(1) },
      { key: "ArrowLeft", text: "grid.keys.arrows", run: step(-1) },
      { key: "x", text: "grid.keys.select", run: (event) => at() >= 0 && this.#select(event, this.#photos[at()]) },
    ];
  }

  /** Show what was changed (actions/actions.js): a photo that was hidden is no longer here. */
  takeChange({ ids, set = {}, undone }) {
    for (const id of ids) {
      const photo = this.known(id);
      if (photo && set.favourite !== undefined) photo.favourite = undone ? !set.favourite : set.favourite;
      if (set.hidden !== undefined && this.#items.has(id)) this.#items.get(id).hidden = set.hidden !== undone;
    }
  }

  #showSelection() {
    this.node.classList.toggle("is-selecting", this.selection.size > 0);
    for (const [id, item] of this.#items) {
      const isSelected = this.selection.has(id);
      item.classList.toggle("is-selected", isSelected);
      item.querySelector(".hit-check")?.setAttribute("aria-checked", String(isSelected));
    }
  }
}

/** Return what says which words of the question stand in a photo's names, and which can be read in it. */
function wordBadges({ words, read }) {
  const seen = [...new Set(read.map(({ word }) => word))];
  const named = words.filter((word) => !seen.includes(word));
  return [
    named.length > 0 && h("span", { class: "badge" }, t("search.named", { words: named.join(" ") })),
    seen.length > 0 && h("span", { class: "badge" }, t("search.reads", { words: seen.join(" ") })),
  ];
}

function withPhoto(id) {
  const search = new URLSearchParams(location.search);
  search.set("photo", id);
  return search;
}

function describe(photo) {
  const name = photo.path.slice(photo.path.lastIndexOf("/") + 1);
  const what = photo.date ? t("search.photo_dated", { name, date: dateText(photo.date, "short") }) : name;
  return photo.relevance ? t("search.photo_graded", { photo: what, grade: t(`search.grade.${photo.relevance}`) }) : what;
}
