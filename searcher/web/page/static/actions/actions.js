// Everything that can be done with some photos: each says what it did, and offers to undo it.

import { send } from "../core/api.js";
import { h } from "../core/dom.js";
import { openDialog } from "../core/dialog.js";
import { t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";

/**
 * Tells views what changed (`change`), so that they can show it at once. `detail`: {ids, set, tags, albums, undone},
 * where `set` holds the fields that were set, `tags` and `albums` say whether those changed, and `undone` is true
 * where a change was taken back: what counts now must be asked for.
 */
export const changes = new EventTarget();

/** Rate photos with 1 to 5 stars; 0 takes the rating away. */
export function rate(ids, stars) {
  return set(ids, { rating: stars }, stars ? t("actions.rated", { count: ids.length, stars: "★".repeat(stars) }) : t("actions.unrated", { count: ids.length }));
}

/** Make photos favourites, or no longer. */
export function favourite(ids, isFavourite = true) {
  return set(ids, { favourite: isFavourite }, t(isFavourite ? "actions.favourites" : "actions.no_favourites", { count: ids.length }));
}

/** Hide photos from all views, or show them again. */
export function hide(ids, isHidden = true) {
  return set(ids, { hidden: isHidden }, t(isHidden ? "actions.hidden" : "actions.shown", { count: ids.length }));
}

/** Set a date ("1998", "1998-07", "1998-07-14", "1998-07-14T12:30"). */
export function setDate(ids, date) {
  return set(ids, { date }, t("actions.dated", { count: ids.length, date }));
}

/** Set a place: a town, or "48.85,2.35". */
export function setPlace(ids, place) {
  return set(ids, { place }, t("actions.placed", { count: ids.length, place }));
}

/** Set a title; an empty one says that there is none. */
export function setTitle(ids, title) {
  return set(ids, { title }, t("actions.titled", { count: ids.length }));
}

/** Put a tag on photos. */
export function tag(ids, name) {
  return change("POST", `/tags/${encodeURIComponent(name)}/photos`, { ids }, { ids, tags: true },
    t("actions.tagged", { count: ids.length, name }));
}

/** Say that a tag doesn't fit photos: no model puts it on them again. */
export function untag(ids, name) {
  return change("DELETE", `/tags/${encodeURIComponent(name)}/photos`, { ids }, { ids, tags: true },
    t("actions.untagged", { count: ids.length, name }));
}

/** Add photos to an album: {id, name}. */
export function addToAlbum(ids, album) {
  return change("POST", `/albums/${album.id}/photos`, { ids }, { ids, albums: true },
    t("actions.added_to_album", { count: ids.length, name: album.name }));
}

/** Take photos out of an album: {id, name}. */
export function removeFromAlbum(ids, album) {
  return change("DELETE", `/albums/${album.id}/photos`, { ids }, { ids, albums: true },
    t("actions.removed_from_album", { count: ids.length, name: album.name }));
}

/** Make an album of photos. */
export function makeAlbum(ids, name) {
  return change("POST", "/albums", { name, ids }, { ids, albums: true },
    t("actions.made_album", { count: ids.length, name }));
}

/** Download photos: one as it is, several as a ZIP file that the server sends as it is made. */
export async function download(ids) {
  try {
    let from = `/api/v1/photos/${ids[0]}/file`;
    if (ids.length > 1) ({ address: from } = await send("POST", "/downloads", { ids }));
    const link = h("a", { href: from, download: "" });
    document.body.append(link);
    link.click();
    link.remove();
    say(t("actions.downloading", { count: ids.length }));
  } catch (error) {
    sayError(error);
  }
}

/** Copy the paths of photos, one a line; where the browser doesn't let us, show them to be copied. */
export async function copyPaths(ids) {
  try {
    const { paths } = await send("POST", "/photos/paths", { ids });
    const text = paths.join("\n");
    try {
      await navigator.clipboard.writeText(text);
      say(t("actions.copied", { count: paths.length }));
    } catch {
      const area = h("textarea", { class: "field paths", readOnly: true, value: text, rows: 12, "aria-label": t("actions.paths") });
      openDialog(t("actions.paths"), area);
      area.select();
    }
  } catch (error) {
    sayError(error);
  }
}

function set(ids, values, sentence) {
  return change("PATCH", "/photos", { ids, set: values }, { ids, set: values }, sentence);
}

/** Returns the server's answer, or null if it refused, which was said then. */
async function change(method, path, body, changed, sentence) {
  try {
    const answer = await send(method, path, body);
    tell({ ...changed, undone: false });
    const nothing = answer.undo === null && answer.photos === 0;
    say(nothing ? t("actions.nothing_changed") : sentence, { undo: answer.undo ?? null, undone: () => tell({ ...changed, undone: true }) });
    return answer;
  } catch (error) {
    sayError(error);
    return null;
  }
}

function tell(detail) {
  changes.dispatchEvent(new CustomEvent("change", { detail }));
}
