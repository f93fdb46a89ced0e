// Where the sections of a grid and their rows lie: from the photos' ratios and a width alone, without the page.

import { justified, lastAtMost, rowCells } from "./layout.js";

export const GAP = 4; // px between photos
const ROW = { phone: 120, usual: 200 }; // px that a row is high
const HEADING = 44; // px
const SECTION_GAP = 12; // px
const BESIDE = 20; // px between sections that share a line
const SHORTEST = 150; // px of a section: its title needs them

/**
 * The sections of a source, each with its place: `{section, top, left, width, height, head, layout, firstRow}` and what
 * the source says of it. A photo's place is `{at, row, column}`: the section's place in `sections`, and within it.
 */
export class SectionLayout {
  sections = [];
  total = 0; // photos
  width = 0;
  height = 0;
  rowCount = 0;

  /** Lay out the sections of a source in a width. */
  layOut(sourceSections, width, { isPhone }) {
    const rowHeight = isPhone ? ROW.phone : ROW.usual;
    let next = 0, firstRow = 1, total = 0;
    let line = null; // where a section that needs little room may stand beside those before it
    this.width = width;
    this.sections = sourceSections.map((section) => {
      const head = section.title === null ? 0 : HEADING;
      const layout = justified(section.ratios, width, { rowHeight, gap: GAP });
      const isShort = head > 0 && layout.tops.length === 1;
      const room = isShort ? Math.max(SHORTEST, widthOf(section.ratios, layout, width)) : width;
      if (!line || !isShort || line.left + room > width) line = { top: next, left: 0 };
      const height = head + layout.height;
      const placed = { ...section, section, top: line.top, left: line.left, width: room, head, layout, firstRow, height };
      line = isShort ? { top: line.top, left: line.left + room + BESIDE } : null;
      next = Math.max(next, placed.top + height + SECTION_GAP);
      firstRow += layout.tops.length + (head ? 1 : 0);
      total += section.ratios.length;
      return placed;
    });
    this.total = total;
    this.height = Math.max(0, next - SECTION_GAP);
    this.rowCount = firstRow - 1;
  }

  /** Return the rows that lie at least in part between two y: `[{at, row, top, bottom}]`, as they are read out. */
  rowsBetween(from, to) {
    const rows = [];
    for (let at = this.firstAt(from); at < this.sections.length; at++) {
      const section = this.sections[at];
      if (section.top > to) break;
      const { tops, heights } = section.layout;
      const shift = section.top + section.head;
      for (let row = lastAtMost(tops, from - shift); row < tops.length && tops[row] + shift < to; row++) {
        rows.push({ at, row, top: tops[row] + shift, bottom: tops[row] + heights[row] + shift });
      }
    }
    return rows;
  }

  /** Return the place in `sections` of the first one on the line that a y lies in. */
  firstAt(y) {
    let at = lastAtMost(this.sections, y, (one) => one.top);
    while (at > 0 && this.sections[at - 1].top === this.sections[at].top) at--;
    return at;
  }

  /** Return the row that a y lies in, as `{at, row}`; on a line that sections share, that of the first one. */
  rowAt(y) {
    const at = this.firstAt(y);
    const { top, head, layout } = this.sections[at];
    return { at, row: lastAtMost(layout.tops, y - top - head) };
  }

  /** Return the y where a row begins. */
  topOf({ at, row }) {
    const { top, head, layout } = this.sections[at];
    return top + head + layout.tops[row];
  }

  /** Return the y where a row ends. */
  bottomOf({ at, row }) { return this.topOf({ at, row }) + this.sections[at].layout.heights[row]; }

  /** Return the place of an index, or null. */
  placeOf(index) {
    if (index < 0 || index >= this.total) return null;
    const at = lastAtMost(this.sections, index, (one) => one.first);
    const within = index - this.sections[at].first;
    const row = this.rowOf(at, within);
    return { at, row, column: within - this.sections[at].layout.starts[row] };
  }

  /** Return the row of a section that holds its photo number `within`, from 0. */
  rowOf(at, within) { return lastAtMost(this.sections[at].layout.starts, within); }

  /** Return the section of an index, as laid out, or null. */
  sectionOf(index) {
    const place = this.placeOf(index);
    return place ? this.sections[place.at] : null;
  }

  /** Return the index of the first photo that lies wholly below a y. */
  firstBelow(y) {
    if (!this.sections.length) return 0;
    const { at, row } = this.rowAt(y);
    const { first, layout } = this.sections[at];
    const isCut = this.topOf({ at, row }) < y && row + 1 < layout.tops.length;
    return first + layout.starts[isCut ? row + 1 : row];
  }

  /** Return the index in the row above (-1) or below (1) that is nearest to one. */
  above(index, step) {
    const place = this.placeOf(index);
    if (!place) return index;
    const middle = this.middleOf(place);
    const { top, layout } = this.sections[place.at];
    let rows = [{ at: place.at, row: place.row + step }];
    if (rows[0].row < 0 || rows[0].row >= layout.tops.length) {
      const other = step > 0 ? this.sections.find((one) => one.top > top) : this.sections.findLast((one) => one.top < top);
      if (!other) return index;
      rows = this.sections.flatMap((one, at) => (one.top === other.top ? [{ at, row: step > 0 ? 0 : one.layout.tops.length - 1 }] : []));
    }
    let found = index, least = Infinity;
    for (const { at, row } of rows) {
      this.cellsOf({ at, row }).forEach((_, column) => {
        const distance = Math.abs(this.middleOf({ at, row, column }) - middle);
        if (distance < least) [found, least] = [this.sections[at].first + this.sections[at].layout.starts[row] + column, distance];
      });
    }
    return found;
  }

  /** Return the left edges and widths of a row's photos, from the section's left: `[[left, width], …]`. */
  cellsOf({ at, row }) {
    const { ratios, layout: { starts, heights } } = this.sections[at];
    return rowCells(ratios, starts[row], starts[row + 1], heights[row], this.width, GAP);
  }

  /** Return the x of a photo's middle. */
  middleOf({ at, row, column }) {
    const [left, width] = this.cellsOf({ at, row })[column];
    return this.sections[at].left + left + width / 2;
  }
}

/** Return how wide the only row of a section is. */
function widthOf(ratios, { heights }, width) {
  const [left, last] = rowCells(ratios, 0, ratios.length, heights[0], width, GAP).at(-1);
  return left + last;
}
