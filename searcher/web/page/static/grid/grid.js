// A grid of photos of which only the rows near the window are nodes: 100,000 photos scroll as 100 do.
//
// The window scrolls, not the grid. `Bodies` of sections lie at exact heights (layout.js); rows are put into the
// page as they near the window and taken out as they leave it. Photos of a section are asked for when it nears, and
// thumbnails when the window moves slowly enough to look at them.

import { find, h, iconButton } from "../core/dom.js";
import { bindKeys } from "../core/keys.js";
import { Selection } from "../core/selection.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { showTrouble } from "../core/trouble.js";
import { changes } from "../work/actions.js";
import { Row } from "./cells.js";
import { describePhotos } from "./descriptions.js";
import { justified, lastAtMost, rowCells } from "./layout.js";
import { Picking } from "./picking.js";
import { keysOfGrid } from "./steps.js";

const GAP = 4; // px between photos
const ROW = { phone: 120, usual: 200 }; // px that a row is high
const PHONE = 720; // px of width, as in the styles
const HEADING = 44; // px
const SECTION_GAP = 12; // px
const BESIDE = 20; // px between sections that share a line
const SHORTEST = 150; // px of a section: its title needs them
const AROUND = { usual: 1, fast: 0.25 }; // windows above and below the visible one that have rows
const FAST = 4; // windows a second: nobody sees photos that pass as quickly
const REST_MS = 120; // without a scroll event

/**
 * A grid in `host`, of what a source (sources.js) gives. Events: `open` (detail.id; cancelable: else the viewer opens)
 * `change` (another layout) and `scroll`.
 */
export class PhotoGrid extends EventTarget {
  #rows = new Map(); // by "section:row"
  #spare = []; // rows out of use
  #moved = new Map(); // by the id of its first photo: rows that wait for their place in a new layout
  #bodies = new Map(); // by section: the node that its rows lie in
  #active = 0; // the index of the photo that Tab leads to
  #last = { at: 0, y: 0, isFast: false };
  #frame = 0;
  #rest = 0;
  #laidOut = null; // the source's sections that `sections` was made of

  constructor(host, source, { selection = new Selection() } = {}) {
    super();
    this.host = host;
    this.source = source;
    this.selection = selection;
    this.sections = [];
    this.height = 0;
    this.rowCount = 0;
    this.width = 0;
    host.classList.add("photo-grid");
    host.setAttribute("role", "grid");
    host.setAttribute("aria-multiselectable", "true");
    host.setAttribute("aria-busy", "true");
    if (!host.hasAttribute("aria-label")) host.setAttribute("aria-label", t("grid.label"));
    this.picking = new Picking(this);
    source.addEventListener("change", () => this.#takeSections());
    selection.addEventListener("change", () => this.#showSelection());
    changes.addEventListener("change", (event) => this.#takeChange(event.detail));
    addEventListener("scroll", () => this.#schedule(), { passive: true });
    addEventListener("pagehide", () => this.sections.length && this.#keepPlace());
    addEventListener("pageshow", (event) => event.persisted && this.#schedule());
    new ResizeObserver(() => this.#resize()).observe(host);
    host.addEventListener("focusin", (event) => this.#takeFocus(event));
    host.addEventListener("click", (event) => this.#click(event));
    bindKeys(keysOfGrid(this));
    this.ready = this.#begin();
  }

  /** Show another source in the same place. */
  async show(source) {
    this.source = source;
    source.addEventListener("change", () => source === this.source && this.#takeSections());
    this.selection.clear();
    this.picking.forget();
    this.sections = []; // whose places mean nothing there
    this.#active = 0;
    await this.#begin();
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
    if (this.#laidOut !== source.sections) this.#takeSections();
    this.host.removeAttribute("aria-busy");
    this.#restorePlace();
    const id = Number(new URLSearchParams(location.search).get("photo"));
    if (id) this.open(id, { isHere: true });
  }

  // ---- layout

  #takeSections() {
    const place = this.sections.length ? this.place() : null;
    this.#layOut();
    if (place) this.goTo(place);
    this.#update();
  }

  #resize() {
    const width = this.host.clientWidth;
    if (!width || width === this.width) return;
    const place = this.sections.length ? this.place() : null;
    this.#layOut();
    if (place) this.goTo(place);
    this.#update();
  }

  #layOut() {
    this.host.hidden = this.source.total === 0; // first: what is hidden has no width
    this.width = this.host.clientWidth;
    this.#laidOut = this.source.sections;
    this.rowHeight = innerWidth <= PHONE ? ROW.phone : ROW.usual;
    for (const row of this.#rows.values()) { // with their pictures, since most will be shown again
      row.node.remove();
      this.#moved.set(row.cells[0]?.photo?.id ?? Symbol("unknown"), row);
    }
    this.#rows.clear();
    for (const body of this.#bodies.values()) body.remove();
    this.#bodies.clear();
    let next = 0, firstRow = 1;
    let line = null; // where a section that needs little room may stand beside those before it
    this.sections = this.source.sections.map((section) => {
      const head = section.title === null ? 0 : HEADING;
      const layout = justified(section.ratios, this.width, { rowHeight: this.rowHeight, gap: GAP });
      const isShort = head > 0 && layout.tops.length === 1;
      const room = isShort ? Math.max(SHORTEST, widthOf(section.ratios, layout, this.width)) : this.width;
      if (!line || !isShort || line.left + room > this.width) line = { top: next, left: 0 };
      const height = head + layout.height;
      const placed = { ...section, section, top: line.top, left: line.left, width: room, head, layout, firstRow, height };
      line = isShort ? { top: line.top, left: line.left + room + BESIDE } : null;
      next = Math.max(next, placed.top + height + SECTION_GAP);
      firstRow += layout.tops.length + (head ? 1 : 0);
      return placed;
    });
    this.height = Math.max(0, next - SECTION_GAP);
    this.rowCount = firstRow - 1;
    this.host.style.height = `${this.height}px`;
    this.host.setAttribute("aria-rowcount", this.rowCount);
    this.dispatchEvent(new Event("change"));
  }

  /** Return the y of the grid's top in the page. */
  get top() { return this.host.getBoundingClientRect().top + scrollY; }

  /** Return the y in the window where photos begin to be seen, below what sticks to its top. */
  get edge() { return find(".top-bar")?.offsetHeight ?? 0; }

  /** Return the y in the grid of the first visible line. */
  get scrolled() { return scrollY + this.edge - this.top; }

  /** Scroll so that a y of the grid is the first visible line. */
  scrollTo(y) { scrollTo(0, y - this.edge + this.top); }

  // ---- what is in the page

  #schedule() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame((now) => {
      this.#frame = 0;
      const { at, y } = this.#last;
      const speed = Math.abs(scrollY - y) / Math.max(1, now - at) * 1000 / innerHeight;
      this.#last = { at: now, y: scrollY, isFast: now - at < REST_MS && speed > FAST };
      clearTimeout(this.#rest);
      this.#rest = setTimeout(() => this.#settle(), REST_MS);
      this.#update();
    });
  }

  #settle() {
    this.#last.isFast = false;
    for (const row of this.#rows.values()) for (const cell of row.cells) cell.forgetBroken();
    this.#update();
    this.#keepPlace();
    this.#describe();
  }

  /** Put the rows near the window into the page, and take out those that are far. */
  #update() {
    if (!this.sections.length || !this.width) return;
    this.dispatchEvent(new Event("scroll")); // first, since listeners measure: after changes that costs a layout
    const top = scrollY - this.top;
    const around = this.#last.isFast ? AROUND.fast : AROUND.usual;
    const [from, to] = [top - around * innerHeight, top + (1 + around) * innerHeight];
    const wanted = new Set();
    const visible = [];
    const focused = this.host.contains(document.activeElement) ? this.#active : -1;
    for (let at = this.#firstAt(from); at < this.sections.length; at++) {
      const section = this.sections[at];
      if (section.top > to) break;
      const { tops, heights } = section.layout;
      const shift = section.top + section.head;
      for (let row = lastAtMost(tops, from - shift); row < tops.length && tops[row] + shift < to; row++) {
        wanted.add(`${at}:${row}`);
        if (tops[row] + heights[row] + shift > top && tops[row] + shift < top + innerHeight) visible.push(`${at}:${row}`);
      }
    }
    if (focused >= 0) { // else the focus would be lost
      const place = this.#placeOf(focused);
      if (place) wanted.add(`${place.at}:${place.row}`);
    }
    for (const key of [...this.#rows.keys()]) if (!wanted.has(key)) this.#takeOut(key);
    for (const key of wanted) if (!this.#rows.has(key)) this.#putIn(key);
    for (const row of this.#moved.values()) this.#retire(row);
    this.#moved.clear();
    for (const row of this.#spare) row.node.remove(); // those that found no new place
    this.#dropEmptyBodies();
    if (!this.#last.isFast) this.#load(visible);
  }

  #putIn(key) {
    const [at, number] = key.split(":").map(Number);
    const section = this.sections[at];
    const { starts, tops, heights } = section.layout;
    const [start, end] = [starts[number], starts[number + 1]];
    const photos = this.source.peek(section.section);
    const row = this.#takeMoved(photos?.[start]?.id) ?? this.#spare.pop() ?? new Row();
    const cells = rowCells(section.ratios, start, end, heights[number], this.width, GAP);
    row.place(section.first + start, section.head + tops[number], heights[number], cells, section.ratios, start,
      section.firstRow + number + (section.head ? 1 : 0));
    row.section = at;
    row.start = start;
    row.show(photos, start);
    for (const cell of row.cells) {
      cell.select(cell.photo !== null && this.selection.has(cell.photo.id));
      cell.setActive(cell.index === this.#active);
    }
    this.#rows.set(key, row);
    this.#bodyOf(at).insertBefore(row.node, this.#rowAfter(at, number)); // in the order in which they are read out
  }

  #rowAfter(at, number) {
    for (let next = number + 1; next <= number + this.#rows.size; next++) {
      const row = this.#rows.get(`${at}:${next}`);
      if (row) return row.node;
    }
    return null;
  }

  #takeOut(key) {
    const row = this.#rows.get(key);
    this.#rows.delete(key);
    this.#retire(row);
  }

  #takeMoved(id) {
    const row = this.#moved.get(id);
    this.#moved.delete(id);
    return row;
  }

  #retire(row) {
    row.clear();
    this.#spare.push(row);
  }

  #bodyOf(at) {
    let body = this.#bodies.get(at);
    if (body) return body;
    const section = this.sections[at];
    body = h("div", { class: "grid-section", role: "rowgroup", 
      style: { top: `${section.top}px`, left: `${section.left}px`, width: `${section.width}px`, height: `${section.height}px` } });
    if (section.head) {
      body.append(h("div", { class: "grid-heading", role: "row", "aria-rowindex": section.firstRow },
        h("div", { role: "rowheader", class: "grid-heading-cell" }, h("h2", {}, section.title),
          iconButton("check", t("grid.select_section", { title: section.title }),
            () => this.picking.toggleSection(section), { class: "icon-button grid-heading-check" }))));
    }
    this.#bodies.set(at, body);
    const after = [...this.#bodies.keys()].filter((other) => other > at).sort((a, b) => a - b)[0];
    this.host.insertBefore(body, after === undefined ? null : this.#bodies.get(after));
    return body;
  }

  #dropEmptyBodies() {
    const used = new Set([...this.#rows.values()].map((row) => row.section));
    for (const [at, body] of this.#bodies) {
      if (used.has(at)) continue;
      body.remove();
      this.#bodies.delete(at);
    }
  }

  /** Ask for the photos and thumbnails of the rows in the page, the visible ones first. */
  #load(visible) {
    const first = new Set(visible);
    const order = [...visible, ...[...this.#rows.keys()].filter((key) => !first.has(key))];
    for (const key of order) {
      const row = this.#rows.get(key);
      if (!row) continue;
      const { section } = this.sections[row.section];
      if (this.source.isFresh?.(section) ?? true) row.load();
      else this.#fetch(section, row);
    }
  }

  #fetch(section) {
    const { source } = this;
    const shown = source.peek(section);
    if (shown) for (const row of this.#rows.values()) if (this.sections[row.section].section === section) row.load();
    if (section.isAskedFor) return;
    section.isAskedFor = true;
    source.photosOf(section).then((photos) => {
      if (source !== this.source) return;
      for (const row of this.#rows.values()) {
        if (this.sections[row.section].section !== section) continue;
        row.show(photos, row.start);
        for (const cell of row.cells) cell.select(cell.photo !== null && this.selection.has(cell.photo.id));
        if (!this.#last.isFast) row.load();
      }
      this.#describe();
    }).catch(sayError).finally(() => { section.isAskedFor = false; });
  }

  /** Ask for the words of the photos in the page, for those who don't see them. */
  async #describe() {
    const cells = [...this.#rows.values()].flatMap((row) => row.cells).filter((cell) => cell.photo && cell.photo.text === undefined);
    await describePhotos(cells.map((cell) => cell.photo));
    for (const cell of cells) cell.describe();
  }

  // ---- places

  /** Return the place in `sections` of the first one on the line that a y of the grid lies in. */
  #firstAt(y) {
    let at = lastAtMost(this.sections, y, (one) => one.top);
    while (at > 0 && this.sections[at - 1].top === this.sections[at].top) at--;
    return at;
  }

  /** Return the section, row and column of an index: `{at, row, column}`, or null. */
  #placeOf(index) {
    if (index < 0 || index >= this.source.total || !this.sections.length) return null;
    const at = lastAtMost(this.sections, index, (one) => one.first);
    const within = index - this.sections[at].first;
    const { starts } = this.sections[at].layout;
    const row = lastAtMost(starts, within);
    return { at, row, column: within - starts[row] };
  }

  /** Return the place that is looked at, to come back to by `goTo`: also after other photos have come. */
  place() {
    const top = this.scrolled;
    if (scrollY <= 0) return { y: 0 };
    if (top < 0) return { y: scrollY };
    const at = this.#firstAt(top);
    const section = this.sections[at];
    const row = lastAtMost(section.layout.tops, top - section.top - section.head);
    const index = section.layout.starts[row];
    return {
      key: section.key, within: index, id: this.source.peek(section.section)?.[index]?.id ?? null,
      from: top - (section.top + section.head + section.layout.tops[row]),
    };
  }

  /** Scroll to a place. */
  goTo(place) {
    if (place.y !== undefined) {
      scrollTo(0, place.y);
      return;
    }
    const at = this.sections.findIndex(({ key }) => key === place.key);
    const section = this.sections[at];
    if (!section) return;
    const moved = place.id === null ? -1 : this.source.peek(section.section)?.findIndex(({ id }) => id === place.id) ?? -1;
    const within = Math.min(moved >= 0 ? moved : place.within, section.ratios.length - 1);
    const row = lastAtMost(section.layout.starts, within);
    this.scrollTo(section.top + section.head + section.layout.tops[row] + place.from);
  }

  #keepPlace() {
    history.replaceState({ ...history.state, place: this.place() }, "");
  }

  #restorePlace() {
    history.scrollRestoration = "manual"; // the browser would do it before the height is right
    const place = history.state?.place;
    if (place) this.goTo(place);
    this.#update();
  }

  /** Return the index of the first photo that is wholly visible. */
  firstVisible() {
    const top = this.scrolled;
    if (!this.sections.length) return 0;
    const at = this.#firstAt(top);
    const section = this.sections[at];
    const { tops, starts } = section.layout;
    let row = lastAtMost(tops, top - section.top - section.head);
    if (section.top + section.head + tops[row] < top && row + 1 < tops.length) row++;
    return section.first + starts[row];
  }

  /** Return the index in the row above (-1) or below (1) that is nearest to one. */
  above(index, step) {
    const place = this.#placeOf(index);
    if (!place) return index;
    const middle = this.#middleOf(place);
    const { top, layout } = this.sections[place.at];
    let rows = [{ at: place.at, row: place.row + step }];
    if (rows[0].row < 0 || rows[0].row >= layout.tops.length) {
      const other = step > 0 ? this.sections.find((one) => one.top > top) : this.sections.findLast((one) => one.top < top);
      if (!other) return index;
      rows = this.sections.flatMap((one, at) => (one.top === other.top ? [{ at, row: step > 0 ? 0 : one.layout.tops.length - 1 }] : []));
    }
    let found = index, least = Infinity;
    for (const { at, row } of rows) {
      this.#cellsOf(this.sections[at], row).forEach((_, column) => {
        const distance = Math.abs(this.#middleOf({ at, row, column }) - middle);
        if (distance < least) [found, least] = [this.sections[at].first + this.sections[at].layout.starts[row] + column, distance];
      });
    }
    return found;
  }

  #cellsOf(section, row) {
    const { starts, heights } = section.layout;
    return rowCells(section.ratios, starts[row], starts[row + 1], heights[row], this.width, GAP);
  }

  #middleOf({ at, row, column }) {
    const [left, width] = this.#cellsOf(this.sections[at], row)[column];
    return this.sections[at].left + left + width / 2;
  }

  /** Return the section of an index, as laid out. */
  sectionOf(index) {
    const place = this.#placeOf(index);
    return place ? this.sections[place.at] : null;
  }

  /** Scroll as little as is needed to see a photo; with "start", to have its row on top. */
  reveal(index, block = "nearest") {
    const place = this.#placeOf(index);
    if (!place) return;
    const section = this.sections[place.at];
    const isFirst = place.row === 0;
    const top = section.top + (isFirst ? 0 : section.head + section.layout.tops[place.row]);
    const bottom = section.top + section.head + section.layout.tops[place.row] + section.layout.heights[place.row];
    const cover = isFirst ? 0 : section.head; // the heading sticks over the row
    const room = innerHeight - this.edge - this.bottomCover;
    if (block === "start" || top - cover < this.scrolled) this.scrollTo(top - cover);
    else if (bottom > this.scrolled + room) this.scrollTo(bottom - room + GAP);
    this.#update();
  }

  /** Return the px at the window's bottom that something covers. */
  get bottomCover() {
    const bar = find(".side-bar");
    return bar && getComputedStyle(bar).position === "fixed" ? bar.offsetHeight : 0;
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
    const place = this.#placeOf(index);
    return place ? this.#rows.get(`${place.at}:${place.row}`)?.cells[place.column] ?? null : null;
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
    this.#keepPlace();
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

  #showSelection() {
    this.host.classList.toggle("is-selecting", this.selection.size > 0);
    for (const row of this.#rows.values()) {
      for (const cell of row.cells) cell.select(cell.photo !== null && this.selection.has(cell.photo.id));
    }
  }

  #takeChange({ ids, set = {}, tags, albums, undone }) {
    if (!undone) {
      for (const photo of ids.map((id) => this.source.known(id))) {
        if (!photo) continue;
        if (set.favourite !== undefined) photo.favourite = set.favourite;
        if (set.rating !== undefined) photo.rating = set.rating;
      }
      for (const row of this.#rows.values()) for (const cell of row.cells) cell.describe();
    }
    // Whether a photo belongs here at all may depend on what has changed.
    if (undone || tags || albums || Object.keys(set).some((name) => name !== "title")) this.refresh();
  }

  /** Take what is new in the library, without moving what is looked at. */
  async refresh() {
    try {
      await this.source.load([...this.#bodies.keys()].map((at) => this.sections[at].key));
      this.#update();
    } catch (error) {
      sayError(error);
    }
  }
}

/** Return how wide the only row of a section is. */
function widthOf(ratios, { heights }, width) {
  const [left, last] = rowCells(ratios, 0, ratios.length, heights[0], width, GAP).at(-1);
  return left + last;
}
