// What the rows in the page ask the server for: the photos of their sections, thumbnails, and words.

import { sayError } from "../core/toast.js";
import { describePhotos } from "./descriptions.js";

/** What asks for the photos of a grid, as far as its rows (rows_in_page.js) are in the page. */
export class Loading {
  #grid;
  #rows;

  constructor(grid, rows) {
    this.#grid = grid;
    this.#rows = rows;
  }

  /** Ask for the photos and thumbnails of the rows in the page, those with the keys `visible` first. */
  load(visible) {
    const { source, sections } = this.#grid;
    const first = new Set(visible);
    const order = [...visible, ...[...this.#rows.keys()].filter((key) => !first.has(key))];
    for (const key of order) {
      const row = this.#rows.get(key);
      if (!row) continue;
      const { section } = sections[row.section];
      if (source.isFresh?.(section) ?? true) row.load();
      else this.#fetch(source, section);
    }
  }

  #fetch(source, section) {
    const shown = source.peek(section);
    if (shown) for (const row of this.#rows.of(section)) row.load();
    if (section.isAskedFor) return;
    section.isAskedFor = true;
    source.photosOf(section).then((photos) => {
      if (source !== this.#grid.source) return;
      for (const row of this.#rows.of(section)) {
        this.#rows.show(row, photos);
        if (!this.#grid.isFast) row.load();
      }
      this.describe();
    }).catch((error) => {
      if (source === this.#grid.source) sayError(error);
    }).finally(() => { section.isAskedFor = false; });
  }

  /** Ask for the words of the photos in the page, for those who don't see them. */
  async describe() {
    const cells = this.#rows.cells.filter((cell) => cell.photo && cell.photo.text === undefined);
    await describePhotos(cells.map((cell) => cell.photo));
    for (const cell of cells) cell.describe();
  }
}
