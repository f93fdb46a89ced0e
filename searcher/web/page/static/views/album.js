// The photos of one album.

import { isReadOnly, send } from "../core/api.js";
import { find, h, icon, viewData } from "../core/dom.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { deleteAlbum, renameAlbum } from "../listing/album_card.js";
import { showFiltered } from "../listing/filtered_grid.js";
import { addressOfLine } from "../search/address.js";
import { changes, removeFromAlbum } from "../work/actions.js";

const album = viewData();
if (album) begin();

function begin() {
  const { selection, source } = showFiltered(album.filter);
  const takeOut = button("remove", t("albums.take_out"), async () => { if (await removeFromAlbum(selection.ids, album)) selection.clear(); }, { hidden: true });
  selection.addEventListener("change", () => { takeOut.hidden = isReadOnly || album.query !== null || selection.size === 0; });
  changes.addEventListener("change", ({ detail }) => { if (detail.albums) source.load(); });
  find("#actions").append(takeOut, h("a", { class: "button", href: addressOfLine(`${album.filter} `) }, icon("search"), t("albums.search_in")),
    button("download", t("albums.export"), exportAll));
  if (!isReadOnly) {
    find("#actions").append(button("edit", t("albums.rename"), () => renameAlbum(album, () => location.reload())),
      button("close", t("albums.delete"), () => deleteAlbum(album, leaveUnlessUndone)));
  }

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
function leaveUnlessUndone() {
  isGone = !isGone;
  if (!isGone) location.reload();
  find("#grid").hidden = isGone;
  find("#actions").hidden = isGone;
}

function button(symbol, text, listener, properties = {}) {
  return h("button", { type: "button", class: "button", on: { click: listener }, ...properties }, icon(symbol), text);
}
