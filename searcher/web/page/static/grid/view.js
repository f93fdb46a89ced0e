// A whole view of photos by date: grid, scrubber, selection, and what arrives while one looks.

import { find, h } from "../core/dom.js";
import { Selection } from "../core/selection.js";
import { t } from "../core/strings.js";
import { mountActionBar } from "../work/action_bar.js";
import { PhotoGrid } from "./grid.js";
import { mountScrubber } from "./scrubber.js";
import { timelineSource } from "./sources.js";

/** Show the photos that pass filters (`q`, `box`) in `host`; `empty` is said if there are none. Returns the grid. */
export function mountTimeline(host, { q = "", box = null, empty = t("grid.empty") } = {}) {
  const selection = new Selection();
  const grid = new PhotoGrid(host, timelineSource({ q, box }), { selection });
  const note = h("p", { class: "empty", hidden: true }, empty);
  host.after(note);
  grid.addEventListener("change", () => { note.hidden = grid.source.total > 0; });
  mountActionBar(selection, { isFavourite: (id) => grid.source.known(id)?.favourite ?? false });
  mountScrubber(grid);
  find("main").classList.add("has-scrubber");
  return grid;
}
