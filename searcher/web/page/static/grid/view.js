// A whole view of photos: grid, scrubber, selection, and what arrives while one looks.

import { written } from "../core/api.js";
import { find, h } from "../core/dom.js";
import { listen } from "../core/events.js";
import { Selection } from "../core/selection.js";
import { t } from "../core/strings.js";
import { mountActionBar } from "../actions/action_bar.js";
import { PhotoGrid } from "./grid.js";
import { mountScrubber } from "./scrubber.js";
import { timelineSource } from "./sources.js";

const EVERY_MS = 1000; // while an index adds photos all the time

/** Show the photos that pass filters (`q`, `box`) in `host`; `empty` is said if there are none. Returns the grid. */
export function mountTimeline(host, { q = "", box = null, empty } = {}) {
  return mountGrid(host, timelineSource({ q, box }), { empty });
}

/** Show the photos of a source in `host`. Returns the grid. */
export function mountGrid(host, source, { empty = t("grid.empty") } = {}) {
  const selection = new Selection();
  const grid = new PhotoGrid(host, source, { selection });
  const note = h("p", { class: "empty", hidden: true }, empty);
  host.after(note);
  grid.addEventListener("change", () => { note.hidden = grid.source.total > 0; });
  mountActionBar(selection, { isFavourite: (id) => grid.source.known(id)?.favourite ?? false });
  mountScrubber(grid);
  find("main").classList.add("has-scrubber");
  const refresh = throttled(() => grid.refresh());
  listen("library", async ({ revision }) => {
    // Each connection begins with what the page is reading. And an event of the page's own change may overtake the
    // change's answer, which says what becomes of the view: a deleted album can't be asked for any more.
    await Promise.all([grid.ready, written()]);
    if (revision !== grid.source.revision) refresh();
  });
  return grid;
}

/** Return a function that calls another at once, but not more often than once in a while; the last call counts. */
function throttled(call) {
  let timer = 0, last = -Infinity;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = performance.now();
      call();
    }, Math.max(0, last + EVERY_MS - performance.now()));
  };
}
