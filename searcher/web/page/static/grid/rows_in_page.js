// The nodes of a grid: those of its rows that are in the page, in the bodies of their sections, and those out of use.

import { h, iconButton } from "../core/dom.js";
import { t } from "../core/strings.js";
import { Row } from "./cells.js";

/** Return the name of a row: `{at, row}` as in SectionLayout. */
export function keyOf({ at, row }) { return `${at}:${row}`; }

/**
 * The rows of a layout (section_layout.js) that are nodes in `host`. `photosOf(section)` returns the photos of a
 * section if they are known; `mark(cell)` shows what a cell is besides its photo; `toggle(section)` selects a section.
 */
export class RowsInPage {
  #host;
  #layout;
  #photosOf;
  #mark;
  #toggle;
  #rows = new Map(); // by key
  #spare = []; // rows out of use
  #moved = new Map(); // by the id of its first photo: rows that wait for their place in a new layout
  #bodies = new Map(); // by section: the node that its rows lie in

  constructor(host, layout, { photosOf, mark, toggle }) {
    this.#host = host;
    this.#layout = layout;
    this.#photosOf = photosOf;
    this.#mark = mark;
    this.#toggle = toggle;
  }

  /** Go through the rows. */
  [Symbol.iterator]() { return this.#rows.values(); }

  keys() { return this.#rows.keys(); }

  get(key) { return this.#rows.get(key); }

  /** Return the cells of all rows. */
  get cells() { return [...this].flatMap((row) => row.cells); }

  /** Return the rows of a section of the source. */
  of(section) { return [...this].filter((row) => this.#layout.sections[row.section].section === section); }

  /** Return the keys of the sections that have rows in the page. */
  get sectionKeys() { return [...this.#bodies.keys()].map((at) => this.#layout.sections[at].key); }

  /** Return the cell in a column of a row, or null if it isn't in the page. */
  cellAt(key, column) { return this.#rows.get(key)?.cells[column] ?? null; }

  /** Take all out, since there will be another layout: with their pictures, since most will be shown again. */
  setAside() {
    for (const row of this) {
      row.node.remove();
      this.#moved.set(row.cells[0]?.photo?.id ?? Symbol("unknown"), row);
    }
    this.#rows.clear();
    for (const body of this.#bodies.values()) body.remove();
    this.#bodies.clear();
  }

  /** Have the rows with these keys in the page, and no others. */
  keep(wanted) {
    for (const key of [...this.#rows.keys()]) if (!wanted.has(key)) this.#takeOut(key);
    for (const key of wanted) if (!this.#rows.has(key)) this.#putIn(key);
    for (const row of this.#moved.values()) this.#retire(row);
    this.#moved.clear();
    for (const row of this.#spare) row.node.remove(); // those that found no new place
    this.#dropEmptyBodies();
  }

  /** Show the photos of its section in a row. */
  show(row, photos) {
    row.show(photos, row.start);
    row.cells.forEach(this.#mark);
  }

  #putIn(key) {
    const [at, number] = key.split(":").map(Number);
    const section = this.#layout.sections[at];
    const { starts, tops, heights } = section.layout;
    const start = starts[number];
    const photos = this.#photosOf(section.section);
    const row = this.#takeMoved(photos?.[start]?.id) ?? this.#spare.pop() ?? new Row();
    const cells = this.#layout.cellsOf({ at, row: number });
    row.place(section.first + start, section.head + tops[number], heights[number], cells, section.ratios, start,
      section.firstRow + number + (section.head ? 1 : 0));
    row.section = at;
    row.start = start;
    this.show(row, photos);
    this.#rows.set(key, row);
    this.#bodyOf(at).insertBefore(row.node, this.#rowAfter(at, number)); // in the order in which they are read out
  }

  #rowAfter(at, number) {
    for (let next = number + 1; next <= number + this.#rows.size; next++) {
      const row = this.#rows.get(keyOf({ at, row: next }));
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
    const section = this.#layout.sections[at];
    body = h("div", { class: "grid-section", role: "rowgroup",
      style: { top: `${section.top}px`, left: `${section.left}px`, width: `${section.width}px`, height: `${section.height}px` } });
    if (section.head) {
      body.append(h("div", { class: "grid-heading", role: "row", "aria-rowindex": section.firstRow },
        h("div", { role: "rowheader", class: "grid-heading-cell" }, h("h2", {}, section.title),
          iconButton("check", t("grid.select_section", { title: section.title }),
            () => this.#toggle(section), { class: "icon-button grid-heading-check" }))));
    }
    this.#bodies.set(at, body);
    const after = [...this.#bodies.keys()].filter((other) => other > at).sort((a, b) => a - b)[0];
    this.#host.insertBefore(body, after === undefined ? null : this.#bodies.get(after));
    return body;
  }

  #dropEmptyBodies() {
    const used = new Set([...this].map((row) => row.section));
    for (const [at, body] of this.#bodies) {
      if (used.has(at)) continue;
      body.remove();
      this.#bodies.delete(at);
    }
  }
}
