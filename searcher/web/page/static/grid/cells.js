// The nodes of a grid: rows of photos. They are used again for other photos as one scrolls.

import { thumbnail } from "../core/api.js";
import { h, icon } from "../core/dom.js";
import { clockText, dateText, t } from "../core/strings.js";
import { moveUnderPointer } from "./motion.js";
import { drawPlaceholder } from "./placeholder.js";

const SMALL_PX = 256; // the longest side of a small thumbnail
const ENLARGED = 1.15; // that nobody sees

/** One photo. */
class Cell {
  photo = null;
  index = -1;
  #asked = null; // the size of the thumbnail that was asked for
  #column = -1;
  #isSelected = null;

  constructor() {
    this.placeholder = h("canvas", { class: "cell-placeholder", width: 4, height: 4, "aria-hidden": "true" });
    this.image = h("img", { class: "cell-image", alt: "", decoding: "async", draggable: false });
    this.image.addEventListener("load", () => this.node.classList.add("is-loaded"));
    this.image.addEventListener("error", () => this.node.classList.add("is-broken"));
    this.link = h("a", { class: "cell-link", tabIndex: -1 }, this.image);
    this.check = h("button", { type: "button", class: "cell-check", tabIndex: -1, role: "checkbox" }, icon("check"));
    this.badges = h("span", { class: "cell-badges" });
    this.node = h("div", { class: "cell is-unknown", role: "gridcell" }, this.placeholder, this.link, this.check, this.badges);
    this.node.cell = this;
    moveUnderPointer(this.link, () => this.photo);
  }

  /** Move the cell; `column` counts from 0. */
  place(index, column, left, width, height, ratio) {
    this.index = index;
    if (column !== this.#column) this.node.setAttribute("aria-colindex", column + 1);
    this.#column = column;
    this.node.style.transform = `translateX(${left}px)`;
    this.node.style.width = `${width}px`;
    const longest = Math.max(width, height, height * ratio) * devicePixelRatio;
    this.size = longest > SMALL_PX * ENLARGED ? "medium" : "small";
  }

  /** Show a photo, or with null that it isn't known yet. */
  show(photo) {
    if (photo === this.photo) return;
    const isSame = photo !== null && photo.id === this.photo?.id && photo.hash === this.photo.hash;
    this.photo = photo;
    if (!isSame) this.#forgetImage();
    this.node.classList.toggle("is-unknown", photo === null);
    if (photo === null) {
      this.link.removeAttribute("href");
      this.image.alt = "";
      return;
    }
    this.link.href = addressOf(photo.id);
    if (photo.placeholder) drawPlaceholder(this.placeholder, photo.placeholder);
    this.describe();
  }

  /** Show what is known of the photo besides its pixels. */
  describe() {
    const photo = this.photo;
    if (photo === null) return;
    this.image.alt = altText(photo);
    this.check.setAttribute("aria-label", t("grid.select_photo", { photo: this.image.alt }));
    this.badges.replaceChildren(...badgesOf(photo));
  }

  /** Ask for the thumbnail, unless that was done. */
  load() {
    if (this.photo === null || this.#asked === this.size) return;
    this.#forgetImage();
    this.#asked = this.size;
    this.image.src = thumbnail(this.photo, this.size);
    // It is in the browser's memory: shown at once, not faded in.
    this.node.classList.toggle("is-instant", this.image.complete);
  }

  /** Let a thumbnail that could not be had be asked for again. */
  forgetBroken() {
    if (this.node.classList.contains("is-broken")) this.#forgetImage();
  }

  get isLoaded() { return this.node.classList.contains("is-loaded"); }

  #forgetImage() {
    this.#asked = null;
    this.image.removeAttribute("src"); // which cancels a request that wasn't answered yet
    this.node.classList.remove("is-loaded", "is-broken", "is-instant");
  }

  /** Show whether the photo is selected. */
  select(isSelected) {
    if (isSelected === this.#isSelected) return;
    this.#isSelected = isSelected;
    this.node.classList.toggle("is-selected", isSelected);
    this.node.setAttribute("aria-selected", isSelected);
    this.check.setAttribute("aria-checked", isSelected);
  }

  /** Make it the one that Tab leads to, or no longer. */
  setActive(isActive) { this.link.tabIndex = isActive ? 0 : -1; }
}

/** Return the address that opens a photo over the view that is shown. */
export function addressOf(id) {
  const search = new URLSearchParams(location.search);
  if (id === null) search.delete("photo");
  else search.set("photo", id);
  const query = search.toString();
  return location.pathname + (query ? `?${query}` : "");
}

/** Return what a photo shows, in words: its tags or name if known, and its date. */
export function altText(photo) {
  const date = photo.date ? dateText(photo.date, "short") : t("grid.undated");
  const text = photo.text ? t("grid.alt", { text: photo.text, date }) : t("grid.alt_date", { date });
  return photo.kind === "video" ? t("grid.alt_video", { text, length: clockText(photo.seconds ?? 0) }) : text;
}

/** Return the badge of a video or of a motion photo; null of any other photo. */
export function motionBadge(photo) {
  if (photo.kind === "video") return h("span", { class: "badge badge-video" }, icon("play"), clockText(photo.seconds ?? 0));
  if (photo.kind === "motion") return h("span", { class: "badge badge-video", role: "img", "aria-label": t("grid.motion") }, icon("play"));
  return null;
}

function badgesOf(photo) {
  return [
    motionBadge(photo),
    photo.kind === "raw" && h("span", { class: "badge" }, "RAW"),
    photo.rating > 0 && h("span", { class: "badge", role: "img", "aria-label": t("grid.rating", { count: photo.rating }) }, `★${photo.rating}`),
    photo.favourite && h("span", { class: "badge badge-favourite", role: "img", "aria-label": t("grid.favourite") }, icon("favourite")),
  ].filter(Boolean);
}

const spare = []; // cells out of use, of all rows: to make new ones while one scrolls would take too long

/** One row of photos of a section. */
export class Row {
  constructor() {
    this.cells = [];
    this.node = h("div", { class: "grid-row", role: "row" });
  }

  /** Give the row its place, and as many cells as it needs. `first`: the index of its first photo among all. */
  place(first, top, height, cells, ratios, start, ariaRow) {
    this.first = first;
    this.node.style.transform = `translateY(${top}px)`;
    this.node.style.height = `${height}px`;
    this.node.setAttribute("aria-rowindex", ariaRow);
    while (this.cells.length < cells.length) this.cells.push(spare.pop() ?? new Cell());
    while (this.cells.length > cells.length) {
      const cell = this.cells.pop();
      cell.node.remove();
      spare.push(cell);
    }
    cells.forEach(([left, width], column) => {
      const cell = this.cells[column];
      cell.place(first + column, column, left, width, height, ratios[start + column]);
      if (cell.node.parentNode !== this.node) this.node.append(cell.node);
    });
  }

  /** Show photos (null: not known yet), the one at `start` in the first cell. */
  show(photos, start) {
    this.cells.forEach((cell, column) => cell.show(photos?.[start + column] ?? null));
  }

  load() { for (const cell of this.cells) cell.load(); }

  /** Forget the photos, and cancel what was asked for. */
  clear() {
    for (const cell of this.cells) {
      cell.show(null);
      cell.setActive(false);
    }
  }
}
