// Selecting photos of a grid: by the check, with Shift a range, by drawing over them, by a long press, by keys.

import { sayError } from "../core/toast.js";

const NEAR_EDGE = 60; // px from the window's top and bottom where drawing scrolls
const SCROLL_STEP = 14; // px a frame

/** What turns clicks and pointer movements over a grid into a selection. */
export class Picking {
  #grid;
  #from = null; // the index where a range begins
  #drawing = null; // {from, before: ids that were selected, y}
  #drew = false;

  constructor(grid) {
    this.#grid = grid;
    const { host } = grid;
    host.addEventListener("pointerdown", (event) => this.#begin(event));
    host.addEventListener("contextmenu", (event) => this.#longPress(event));
    addEventListener("pointermove", (event) => this.#move(event));
    addEventListener("pointerup", () => this.#end());
    addEventListener("pointercancel", () => this.#end());
  }

  get selection() { return this.#grid.selection; }

  /** Select by a click; returns whether the click was for that. */
  takesClick(event, cell) {
    if (this.#drew) {
      this.#drew = false;
      event.preventDefault();
      return true;
    }
    const isCheck = event.target.closest(".cell-check") !== null;
    if (!isCheck && !event.shiftKey && this.selection.size === 0) return false;
    if (!isCheck && (event.ctrlKey || event.metaKey)) return false; // a new tab
    event.preventDefault();
    if (event.shiftKey && this.#from !== null) this.rangeTo(cell.index);
    else this.toggle(cell.index, cell.photo.id);
    return true;
  }

  /** Forget where a range begins: other photos are shown. */
  forget() { this.#from = null; }

  /** Select a photo, or no longer; a range may begin here. */
  toggle(index, id) {
    this.#from = index;
    this.selection.toggle(id);
  }

  /** Select all from where a range begins up to an index. */
  async rangeTo(index) {
    try {
      this.selection.add(await this.#idsBetween(this.#from ?? this.#grid.active, index));
    } catch (error) {
      sayError(error);
    }
  }

  /** Select all photos of a section; if they are, none of them. */
  async toggleSection(section) {
    try {
      const ids = (await this.#grid.source.photosOf(section.section)).map(({ id }) => id);
      const ofSection = new Set(ids);
      if (ids.every((id) => this.selection.has(id))) this.selection.set(this.selection.ids.filter((id) => !ofSection.has(id)));
      else this.selection.add(ids);
    } catch (error) {
      sayError(error);
    }
  }

  /** Select the month that is looked at; if it is selected, all photos. */
  async selectMore() {
    const grid = this.#grid;
    try {
      const section = grid.sectionOf(grid.host.contains(document.activeElement) ? grid.active : grid.firstVisible());
      if (!section) return;
      const ids = (await grid.source.photosOf(section.section)).map(({ id }) => id);
      if (!ids.every((id) => this.selection.has(id))) this.selection.add(ids);
      else this.selection.add(await this.#idsBetween(0, grid.source.total - 1));
    } catch (error) {
      sayError(error);
    }
  }

  async #idsBetween(one, other) {
    const { source } = this.#grid;
    const [first, last] = one < other ? [one, other] : [other, one];
    const ids = [];
    for (const section of source.sections) {
      if (section.first > last || section.first + section.ratios.length <= first) continue;
      const photos = await source.photosOf(section);
      ids.push(...photos.slice(Math.max(0, first - section.first), last + 1 - section.first).map(({ id }) => id));
    }
    return ids;
  }

  #begin(event) {
    const cell = event.target.closest(".cell")?.cell;
    this.#drew = false;
    if (!cell?.photo || event.button !== 0 || event.pointerType === "touch" || event.shiftKey) return;
    if (!event.target.closest(".cell-check")) return;
    this.#drawing = { from: cell.index, to: cell.index, before: this.selection.ids, x: event.clientX, y: event.clientY };
  }

  #longPress(event) {
    const cell = event.target.closest(".cell")?.cell;
    if (!cell?.photo || event.pointerType !== "touch") return;
    event.preventDefault();
    this.toggle(cell.index, cell.photo.id);
  }

  #move(event) {
    if (!this.#drawing) return;
    Object.assign(this.#drawing, { x: event.clientX, y: event.clientY });
    this.#draw();
    this.#scroll();
  }

  async #draw() {
    const drawing = this.#drawing;
    const index = document.elementFromPoint(drawing.x, drawing.y)?.closest(".cell")?.cell.index;
    if (index === undefined || index === drawing.to) return;
    drawing.to = index;
    this.#drew = true;
    const ids = await this.#idsBetween(drawing.from, index).catch(sayError);
    if (ids && drawing.to === index) this.selection.set([...drawing.before, ...ids]);
  }

  #scroll() {
    const drawing = this.#drawing;
    if (!drawing || drawing.isScrolling) return;
    const { edge, bottomCover } = this.#grid;
    const step = drawing.y < edge + NEAR_EDGE ? -SCROLL_STEP : drawing.y > innerHeight - bottomCover - NEAR_EDGE ? SCROLL_STEP : 0;
    if (!step || !this.#drew) return;
    drawing.isScrolling = true;
    requestAnimationFrame(() => {
      drawing.isScrolling = false;
      if (drawing !== this.#drawing) return;
      scrollBy(0, step);
      this.#draw();
      this.#scroll();
    });
  }

  #end() { this.#drawing = null; }
}
