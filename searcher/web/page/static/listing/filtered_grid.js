// The grid of all photos that pass a filter, with their number above it.

import { find } from "../core/dom.js";
import { t } from "../core/strings.js";
import { mountTimeline } from "../grid/view.js";

/** Show the photos of a filter in `#grid`. Returns the grid. */
export function showFiltered(filter) {
  const grid = mountTimeline(find("#grid"), { q: filter });
  grid.addEventListener("change", () => { find("#count").textContent = t("albums.photos", { count: grid.source.total }); });
  return grid;
}
