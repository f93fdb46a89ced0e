// All albums, in groups by what stands before the first slash of their names.

import { get, isReadOnly, send } from "../core/api.js";
import { find, h, icon } from "../core/dom.js";
import { t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";
import { showTrouble } from "../core/trouble.js";
import { albumCard } from "../listing/album_card.js";
import { askName } from "../listing/asking_name.js";
import { grouped, nameWithin } from "../listing/names.js";
import { showSuggested } from "../listing/suggested.js";
import { addressOfLine, filterOf } from "../search/address.js";

const host = find("#albums");

if (!isReadOnly) {
  find("#actions").append(h("button", { type: "button", class: "button button-main", on: { click: makeAlbum } }, icon("add"), t("albums.new")));
}
await show();
showSuggested(find("#suggested"), show).catch(sayError);
addEventListener("pageshow", ({ persisted }) => persisted && show()); // Back: an album may have been deleted meanwhile

async function show() {
  try {
    const { albums } = await get("/albums");
    host.replaceChildren(...(albums.length ? grouped(albums).map(groupNode) : [h("p", { class: "empty" }, t("albums.none"))]).filter(Boolean));
  } catch (error) {
    host.replaceChildren();
    showTrouble(host, error, show);
  }
}

function groupNode(group) {
  if (group.name === null) return group.albums.length ? cards(group, group.albums) : null;
  const all = group.self ? `/albums/${group.self.id}` : addressOfLine(filterOf("album", group.name));
  return h("section", { class: "album-group" }, h("h2", {}, h("a", { href: all }, group.name)),
    cards(group, group.self ? [group.self, ...group.albums] : group.albums));
}

function cards(group, albums) {
  return h("ul", { class: "album-cards" }, albums.map((album) =>
    albumCard(album, album === group.self ? t("albums.whole", { name: group.name }) : nameWithin(album, group), show)));
}

function makeAlbum() {
  askName(t("albums.new"), t("albums.make"), async (name, query) => {
    const { undo } = await send("POST", "/albums", query === null ? { name } : { name, query });
    show();
    say(t("albums.made", { name }), { undo, undone: show });
  }, { withQuery: true });
}
