// The grid of all photos that pass a filter, with their number above it.

import { find } from "../core/dom.js";
import { Selection } from "../core/selection.js";
import { t } from "../core/strings.js";
import { PhotoGrid } from "../grid/grid.js";
import { timelineSource } from "../grid/sources.js";
import { mountActionBar } from "../work/action_bar.js";

/** Show the photos of a filter in `#grid`; returns the selection. */
export function showFiltered(filter) {
  const selection = new Selection();
  const source = timelineSource({ q: filter });
  const grid = new PhotoGrid(find("#grid"), source, { selection });
  const count = find("#count");
  const sayCount = () => { count.textContent = t("albums.photos", { count: source.total }); };
  source.addEventListener("change", sayCount);
  grid.ready.then(sayCount);
  mountActionBar(selection, { isFavourite: (id) => source.known(id)?.favourite ?? false });
  return { selection, source, grid };
}
