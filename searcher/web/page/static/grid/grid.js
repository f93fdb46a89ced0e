// A grid of photos of which only the rows near the window are nodes: 100,000 photos scroll as 100 do.
//
// The window scrolls, not the grid. Sections lie at exact heights (section_layout.js); rows are put into the page as
// they near the window and taken out as they leave it (rows_in_page.js). Photos of a section are asked for when it
// nears, and thumbnails when the window moves slowly enough to look at them (loading.js).

import { bindKeys } from "../core/keys.js";
import { Selection } from "../core/selection.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { showTrouble } from "../core/trouble.js";
import { changes } from "../actions/actions.js";
import { Loading } from "./loading.js";
import { Picking } from "./picking.js";
import { Position } from "./position.js";
import { RowsInPage, keyOf } from "./rows_in_page.js";
import { Scrolling } from "./scrolling.js";
import { SectionLayout } from "./section_layout.js";
import { keysOfGrid } from "./steps.js";

const PHONE = 720; // px of width, as in the styles
const AROUND = { usual: 1, fast: 0.25 }; // windows above and below the visible one that have rows

/**
 * A grid in `host`, of what a source (sources.js) gives. Events: `open` (detail.id; cancelable: else the viewer opens)
 * `change` (another layout) and `scroll`.
 */
export class PhotoGrid extends EventTarget {
  #layout = new SectionLayout();
  #rows;
  #loading;
  #scrolling;
  #position;
  #active = 0; // the index of the photo that Tab leads to
  #shown = null; // the source that the layout is of: the one before, until another is read

  constructor(host, source, { selection = new Selection() } = {}) {
    super();
    this.host = host;
    this.#follow(source);
    this.selection = selection;
    host.classList.add("photo-grid");
    host.setAttribute("role", "grid");
    host.setAttribute("aria-multiselectable", "true");
    host.setAttribute("aria-busy", "true");
    if (!host.hasAttribute("aria-label")) host.setAttribute("aria-label", t("grid.label"));
    this.picking = new Picking(this);
    this.#rows = new RowsInPage(host, this.#layout, {
      photosOf: (section) => this.source.peek(section),
      mark: (cell) => this.#mark(cell),
      toggle: (section) => this.picking.toggleSection(section),
    });
    this.#loading = new Loading(this, this.#rows);
    this.#scrolling = new Scrolling(host, { moved: () => this.#update(), rested: () => this.#settle() });
    this.#position = new Position(this, this.#layout, this.#scrolling);
    selection.addEventListener("change", () => this.#showSelection());
    changes.addEventListener("change", (event) => this.#takeChange(event.detail));
    addEventListener("pagehide", () => this.#isShown && this.#position.keep());
    new ResizeObserver(() => this.#resize()).observe(host);
    host.addEventListener("focusin", (event) => this.#takeFocus(event));
    host.addEventListener("click", (event) => this.#click(event));
    bindKeys(keysOfGrid(this));
    this.ready = this.#begin();
  }

  #follow(source) {
    this.source = source;
    source.addEventListener("change", () => source === this.source && this.#takeSections());
  }

  /** Show another source in the same place. */
  async show(source) {
    this.#follow(source);
    this.selection.clear();
    this.picking.forget();
    this.#active = 0;
    this.ready = this.#begin();
    await this.ready;
  }

  async #begin() {
    const { source } = this;
    try {
      await source.load();
    } catch (error) {
      if (source === this.source) showTrouble(this.host.parentElement, error, () => this.#begin());
      return;
    }
    if (source !== this.source) return;
    if (this.#shown !== source) this.#takeSections();
    this.host.removeAttribute("aria-busy");
    this.#position.restore();
    this.#update();
    const id = Number(new URLSearchParams(location.search).get("photo"));
    if (id) this.open(id, { isHere: true });
  }

  // ---- layout

  get sections() { return this.#layout.sections; }

  get height() { return this.#layout.height; }

  /** Return the index in the row above (-1) or below (1) that is nearest to one. */
  above(index, step) { return this.#layout.above(index, step); }

  /** Return the section of an index, as laid out, or null. */
  sectionOf(index) { return this.#layout.sectionOf(index); }

  /** Return whether photos of the source are laid out. */
  get #isShown() { return this.#shown === this.source && this.sections.length > 0; }

  #takeSections() {
    const position = this.#isShown ? this.#position.now() : null;
    this.#layOut();
    if (position) this.#position.goTo(position);
    this.#update();
  }

  #resize() {
    const width = this.host.clientWidth;
    if (width && width !== this.#layout.width) this.#takeSections();
  }

  #layOut() {
    this.host.hidden = this.source.total === 0; // first: what is hidden has no width
    this.#shown = this.source;
    this.#rows.setAside();
    this.#layout.layOut(this.source.sections, this.host.clientWidth, { isPhone: innerWidth <= PHONE });
    this.host.style.height = `${this.height}px`;
    this.host.setAttribute("aria-rowcount", this.#layout.rowCount);
    this.dispatchEvent(new Event("change"));
  }

  // ---- what is in the page

  #settle() {
    for (const cell of this.#rows.cells) cell.forgetBroken();
    this.#update();
    this.#position.keep();
    this.#loading.describe();
  }

  /** Put the rows near the window into the page, and take out those that are far. */
  #update() {
    if (!this.#isShown || !this.#layout.width) return;
    this.dispatchEvent(new Event("scroll")); // first, since listeners measure: after changes that costs a layout
    const top = scrollY - this.#scrolling.top;
    const around = this.isFast ? AROUND.fast : AROUND.usual;
    const [from, to] = [top - around * innerHeight, top + (1 + around) * innerHeight];
    const wanted = new Set();
    const visible = [];
    const focused = this.host.contains(document.activeElement) ? this.#active : -1;
    for (const row of this.#layout.rowsBetween(from, to)) {
      const key = keyOf(row);
      wanted.add(key);
      if (row.bottom > top && row.top < top + innerHeight) visible.push(key);
    }
    if (focused >= 0) { // else the focus would be lost
      const place = this.#layout.placeOf(focused);
      if (place) wanted.add(keyOf(place));
    }
    this.#rows.keep(wanted);
    if (!this.isFast) this.#loading.load(visible);
  }

  // ---- where the window stands

  /** Return the y in the window where photos begin to be seen. */
  get edge() { return this.#scrolling.edge; }

  /** Return the y in the grid of the first visible line. */
  get scrolled() { return this.#scrolling.scrolled; }

  /** Return whether the window moves too fast for photos to be seen. */
  get isFast() { return this.#scrolling.isFast; }

  /** Scroll so that a y of the grid is the first visible line. */
  scrollTo(y) { this.#scrolling.scrollTo(y); }

  /** Return the index of the first photo that is wholly visible. */
  firstVisible() { return this.#layout.firstBelow(this.scrolled); }

  /** Scroll as little as is needed to see a photo; with "start", to have its row on top. */
  reveal(index, block = "nearest") {
    const place = this.#layout.placeOf(index);
    if (!place) return;
    this.#position.reveal(place, block);
    this.#update();
  }

  // ---- focus, opening

  get active() { return this.#active; }

  /** Make a photo the one that has the focus. */
  focus(index) {
    if (index < 0 || index >= this.source.total) return;
    this.#setActive(index);
    this.reveal(index);
    this.cellOf(index)?.link.focus({ preventScroll: true });
  }

  #setActive(index) {
    this.cellOf(this.#active)?.setActive(false);
    this.#active = index;
    this.cellOf(index)?.setActive(true);
  }

  /** Return the cell of an index if it is in the page. */
  cellOf(index) {
    const place = this.#layout.placeOf(index);
    return place ? this.#rows.cellAt(keyOf(place), place.column) : null;
  }

  #takeFocus(event) {
    const cell = event.target.closest(".cell")?.cell;
    if (cell && cell.index !== this.#active) this.#setActive(cell.index);
  }

  #click(event) {
    const cell = event.target.closest(".cell")?.cell;
    if (!cell?.photo || this.picking.takesClick(event, cell)) return;
    if (!event.target.closest(".cell-link") || event.ctrlKey || event.metaKey || event.button !== 0) return;
    event.preventDefault();
    this.open(cell.photo.id);
  }

  /** Open a photo in the viewer. */
  async open(id, { isHere = false } = {}) {
    const event = new CustomEvent("open", { detail: { id }, cancelable: true });
    if (!this.dispatchEvent(event)) return;
    this.#position.keep();
    const { openViewer } = await import("../viewer/viewer.js");
    openViewer(this.source, id, {
      isHere,
      closed: (last) => this.#comeBack(last),
    });
  }

  /** Focus the photo that was looked at last. */
  async #comeBack(id) {
    const index = await this.source.indexOf(id);
    if (index >= 0) this.focus(index);
  }

  // ---- what changes

  /** Show whether a cell's photo is selected, and whether it is the one that Tab leads to. */
  #mark(cell) {
    cell.select(cell.photo !== null && this.selection.has(cell.photo.id));
    cell.setActive(cell.index === this.#active);
  }

  #showSelection() {
    this.host.classList.toggle("is-selecting", this.selection.size > 0);
    for (const cell of this.#rows.cells) this.#mark(cell);
  }

  #takeChange({ ids, set = {}, tags, albums, undone }) {
    if (!undone) {
      for (const photo of ids.map((id) => this.source.known(id))) {
        if (!photo) continue;
        if (set.favourite !== undefined) photo.favourite = set.favourite;
        if (set.rating !== undefined) photo.rating = set.rating;
      }
      for (const cell of this.#rows.cells) cell.describe();
    }
    // Whether a photo belongs here at all may depend on what has changed.
    if (undone || tags || albums || Object.keys(set).some((name) => name !== "title")) this.refresh();
  }

  /** Take what is new in the library, without moving what is looked at. */
  async refresh() {
    const { source } = this;
    try {
      await source.load(this.#rows.sectionKeys);
      if (source === this.source) this.#update();
    } catch (error) {
      if (source === this.source) sayError(error);
    }
  }
}
