// Which photo the window stands at: kept in the history, and found again after other photos have come.

import { GAP } from "./section_layout.js";

/** The position of the window over a grid, by its layout (section_layout.js) and its scrolling (scrolling.js). */
export class Position {
  #grid;
  #layout;
  #scrolling;

  constructor(grid, layout, scrolling) {
    this.#grid = grid;
    this.#layout = layout;
    this.#scrolling = scrolling;
  }

  /** Return what is looked at, to come back to by `goTo`: also after other photos have come. */
  now() {
    const top = this.#scrolling.scrolled;
    if (scrollY <= 0) return { y: 0 };
    if (top < 0) return { y: scrollY };
    const { at, row } = this.#layout.rowAt(top);
    const section = this.#layout.sections[at];
    const index = section.layout.starts[row];
    return {
      key: section.key, within: index, id: this.#photosOf(section)?.[index]?.id ?? null,
      from: top - this.#layout.topOf({ at, row }),
    };
  }

  /** Scroll to a position. */
  goTo(position) {
    if (position.y !== undefined) {
      scrollTo(0, position.y);
      return;
    }
    const at = this.#layout.sections.findIndex(({ key }) => key === position.key);
    const section = this.#layout.sections[at];
    if (!section) return;
    const moved = position.id === null ? -1 : this.#photosOf(section)?.findIndex(({ id }) => id === position.id) ?? -1;
    const within = Math.min(moved >= 0 ? moved : position.within, section.ratios.length - 1);
    this.#scrolling.scrollTo(this.#layout.topOf({ at, row: this.#layout.rowOf(at, within) }) + position.from);
  }

  #photosOf(section) { return this.#grid.source.peek(section.section); }

  /** Keep the position in the history. */
  keep() {
    history.replaceState({ ...history.state, place: this.now() }, "");
  }

  /** Scroll to the position that the history has. */
  restore() {
    history.scrollRestoration = "manual"; // the browser would do it before the height is right
    const place = history.state?.place;
    if (place) this.goTo(place);
  }

  /** Scroll as little as is needed to see a place of the layout; with "start", to have its row on top. */
  reveal(place, block) {
    const section = this.#layout.sections[place.at];
    const isFirst = place.row === 0;
    const top = isFirst ? section.top : this.#layout.topOf(place);
    const bottom = this.#layout.bottomOf(place);
    const cover = isFirst ? 0 : section.head; // the heading sticks over the row
    const { room, scrolled } = this.#scrolling;
    if (block === "start" || top - cover < scrolled) this.#scrolling.scrollTo(top - cover);
    else if (bottom > scrolled + room) this.#scrolling.scrollTo(bottom - room + GAP);
  }
}
