// One album as a card: its cover, its name, how many photos it has, and what fills it.

import { get, isReadOnly, send, thumbnail } from "../core/api.js";
import { h, icon, iconButton } from "../core/dom.js";
import { t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";
import { askName } from "./asking_name.js";

const AT_ONCE = 2; // albums that are looked at: each takes the server a moment
const waiting = []; // of functions that look at an album
let looking = 0;

/** Return the card of an album; `changed` is called when it was renamed or deleted. */
export function albumCard(album, name, changed) {
  const cover = h("div", { class: "album-cover" });
  const count = h("span", { class: "note" });
  const show = (known) => {
    cover.replaceChildren(known.cover ? h("img", { alt: "", src: thumbnail(known.cover), decoding: "async" }) : icon("albums"));
    count.textContent = known.trouble ?? (known.photos === null ? "" : t("albums.photos", { count: known.photos }));
  };
  show(album);
  const link = h("a", { class: "album-link", href: `/albums/${album.id}` }, cover, h("span", { class: "album-name" }, name));
  const card = h("li", { class: "album-card" }, link, count,
    album.query === null ? null : h("span", { class: "album-rule", title: album.query }, icon("search"), h("span", {}, album.query)),
    isReadOnly ? null : h("div", { class: "card-tools" },
      iconButton("edit", t("albums.rename_named", { name: album.name }), () => renameAlbum(album, changed)),
      iconButton("remove", t("albums.delete_named", { name: album.name }), () => deleteAlbum(album, changed))));
  if (!album.is_known) whenSeen(card, async () => show(await get(`/albums/${album.id}`)));
  return card;
}

/** Ask for another name for an album; `changed` is called with the name that it has then, or has again. */
export function renameAlbum(album, changed) {
  const before = album.name;
  askName(t("albums.rename"), t("albums.rename"), async (name) => {
    const { undo } = await send("PATCH", `/albums/${album.id}`, { name });
    changed(name);
    say(t("albums.renamed", { name }), { undo, undone: () => changed(before) });
  }, { name: before });
}

/** Delete an album, which can be undone. */
export async function deleteAlbum(album, changed) {
  try {
    const { undo } = await send("DELETE", `/albums/${album.id}`);
    changed();
    say(t("albums.deleted", { name: album.name }), { undo, undone: changed });
  } catch (error) {
    sayError(error);
  }
}

function whenSeen(node, look) {
  const observer = new IntersectionObserver(([seen]) => {
    if (!seen.isIntersecting) return;
    observer.disconnect();
    waiting.push(look);
    lookOn();
  }, { rootMargin: "200px" });
  observer.observe(node);
}

async function lookOn() {
  if (looking >= AT_ONCE || waiting.length === 0) return;
  looking += 1;
  try {
    await waiting.shift()();
  } catch { /* the card shows no cover: the album was deleted, or the server is busy */ }
  looking -= 1;
  lookOn();
}
