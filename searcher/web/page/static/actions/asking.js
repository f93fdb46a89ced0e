// Asks, in a dialog, for the tag, album, date or place that photos get.

import { get, isReadOnly } from "../core/api.js";
import { h } from "../core/dom.js";
import { openDialog } from "../core/dialog.js";
import { t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";
import { addToAlbum, makeAlbum, setDate, setPlace, setTitle, tag, untag } from "./actions.js";
import { completed } from "./completion.js";

/** Ask for a tag to put on photos, or to take away. */
export function askTag(ids) {
  const known = listed("/tags", "tags");
  const field = completed(t("asking.tag"), known.then((all) => all.map((one) => ({ text: one.name, note: one.by_people + one.by_models }))));
  const take = (act) => {
    const name = field.input.value.trim();
    if (!name) return field.input.focus();
    dialog.close();
    act(ids, name);
  };
  const dialog = form(t("asking.tag_title", { count: ids.length }), [field.node],
    () => take(tag), t("asking.add_tag"),
    h("button", { type: "button", class: "button", on: { click: () => take(untag) } }, t("asking.remove_tag")));
  field.input.focus();
}

/** Ask for an album to add photos to: one that is there, or a new one. */
export function askAlbum(ids) {
  const known = listed("/albums", "albums");
  // An album that a search fills takes no photos by hand, and one that is only looked at takes none either.
  const editable = known.then((all) => all.filter(({ may_edit: mayEdit }) => mayEdit));
  const field = completed(t(isReadOnly ? "asking.given_album" : "asking.album"), editable.then((all) => all.map(({ name, photos }) => ({ text: name, note: photos ?? undefined }))));
  const dialog = form(t("asking.album_title", { count: ids.length }), [field.node], async () => {
    const name = field.input.value.trim();
    if (!name) return field.input.focus();
    const album = (await known).find((one) => one.name.toLocaleLowerCase() === name.toLocaleLowerCase());
    if (!album && isReadOnly) return say(t("asking.no_album", { name }), { isError: true });
    dialog.close();
    if (album) addToAlbum(ids, album);
    else makeAlbum(ids, name);
  }, t("asking.add_to_album"));
  field.input.focus();
}

/** Ask for the date, place or title of photos; what is left empty stays. */
export function askFacts(ids) {
  const date = labelled(t("asking.date"), { placeholder: "1998-07-14T12:30" }, t("asking.date_note"));
  const place = labelled(t("asking.place"), { placeholder: t("asking.place_example") }, t("asking.place_note"));
  const title = labelled(t("asking.title"), {});
  const dialog = form(t("asking.facts_title", { count: ids.length }), [date.node, place.node, title.node], async () => {
    dialog.close();
    // One after another, each with an undo of its own.
    if (date.input.value.trim()) await setDate(ids, date.input.value.trim());
    if (place.input.value.trim()) await setPlace(ids, place.input.value.trim());
    if (title.input.value.trim()) await setTitle(ids, title.input.value.trim());
  }, t("asking.set_facts"));
  date.input.focus();
}

async function listed(path, name) {
  try {
    return (await get(path))[name];
  } catch (error) {
    sayError(error);
    return []; // a name can still be typed
  }
}

function form(title, content, submitted, does, ...others) {
  const dialog = openDialog(title, h("form", { class: "asking", on: { submit: (event) => { event.preventDefault(); submitted(); } } },
    ...content,
    h("div", { class: "asking-buttons" }, ...others, h("button", { type: "submit", class: "button button-main" }, does))));
  return dialog;
}

function labelled(label, properties, note = null) {
  const input = h("input", { class: "field", type: "text", autocomplete: "off", ...properties });
  return { input, node: h("label", { class: "asking-field" }, h("span", {}, label), input, note && h("span", { class: "note" }, note)) };
}
