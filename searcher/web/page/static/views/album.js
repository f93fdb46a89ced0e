// The photos of one album.

import { isReadOnly, send } from "../core/api.js";
import { find, h, icon, viewData } from "../core/dom.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { givenSource, timelineSource } from "../grid/sources.js";
import { deleteAlbum, renameAlbum } from "../listing/album_card.js";
import { showFiltered } from "../listing/filtered_grid.js";
import { addressOfLine, filterOf } from "../search/address.js";
import { removeFromAlbum } from "../actions/actions.js";

const album = viewData();
if (album) begin();

function begin() {
  const grid = showFiltered(album.filter);
  const { selection } = grid;
  const takeOut = button("remove", t("albums.take_out"), async () => { if (await removeFromAlbum(selection.ids, album)) selection.clear(); }, { hidden: true });
  selection.addEventListener("change", () => { takeOut.hidden = !album.may_edit || selection.size === 0; });
  find("#actions").append(takeOut, h("a", { id: "search-in", class: "button", href: addressOfLine(`${album.filter} `) }, icon("search"), t("albums.search_in")),
    button("download", t("albums.export"), exportAll));
  if (!isReadOnly) {
    find("#actions").append(button("edit", t("albums.rename"), () => renameAlbum(album, (name) => showName(grid, name))),
      button("close", t("albums.delete"), () => deleteAlbum(album, () => leaveUnlessUndone(grid))));
  }
}

/** Show another name in place, so that what is said of it, and can be undone, stays. */
function showName(grid, name) {
  album.name = name;
  album.filter = filterOf("album", name);
  const parts = name.split("/");
  find("h1").textContent = parts.pop();
  find(".breadcrumb").replaceChildren(find(".breadcrumb a"), ...parts.map((part) => ` / ${part}`));
  document.title = `${name} · photoseek`;
  find("#search-in").href = addressOfLine(`${album.filter} `);
  grid.show(timelineSource({ q: album.filter }));
}

/** Download all photos as a ZIP, which the server sends as it is made. */
async function exportAll() {
  try {
    const { address } = await send("POST", "/downloads", { q: album.filter });
    location.href = address; // an attachment: the page stays
  } catch (error) {
    sayError(error);
  }
}

let isGone = false;

/** The album is deleted: what it showed is no longer of it. A second call says that this was undone. */
function leaveUnlessUndone(grid) {
  isGone = !isGone;
  if (!isGone) location.reload();
  grid.show(givenSource(async () => [])); // what its filter finds can't be asked for any more
  find("#actions").hidden = isGone;
}

function button(symbol, text, listener, properties = {}) {
  return h("button", { type: "button", class: "button", on: { click: listener }, ...properties }, icon(symbol), text);
}
