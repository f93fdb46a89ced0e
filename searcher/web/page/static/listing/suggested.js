// Albums that the library suggests: each is kept or dropped.

import { get, isReadOnly, send, thumbnail } from "../core/api.js";
import { h, icon } from "../core/dom.js";
import { t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";
import { startTask } from "../actions/tasks.js";

/** Fill a section with the albums that were suggested last; `kept` is called when one became an album. */
export async function showSuggested(section, kept) {
  if (isReadOnly) return;
  const { suggested } = await get("/albums/suggested");
  const again = () => showSuggested(section, kept);
  section.hidden = false;
  section.replaceChildren(
    h("div", { class: "view-head" }, h("h2", {}, t("albums.suggested")),
      h("button", { type: "button", class: "button", on: { click: () => startTask("suggest", t("albums.looking"), again) } }, t("albums.look"))),
    suggested.length === 0 ? h("p", { class: "note" }, t("albums.none_suggested"))
      : h("ul", { class: "suggested" }, suggested.map((one) => card(one, kept, again))));
}

function card(one, kept, again) {
  const decide = async (word, said) => {
    try {
      const { name, undo } = await send("POST", `/albums/suggested/${one.number}/${word}`, { name: one.name });
      const changed = () => { again(); if (word === "keep") kept(); };
      say(t(said, { name }), { undo, undone: changed });
      changed();
    } catch (error) {
      sayError(error);
    }
  };
  return h("li", { class: "suggested-card" },
    h("div", { class: "suggested-photos" }, one.examples.map((photo) => h("img", { alt: "", src: thumbnail(photo), loading: "lazy", decoding: "async" }))),
    h("span", { class: "album-name" }, one.name), h("span", { class: "note" }, t("albums.photos", { count: one.photos })),
    h("div", { class: "suggested-tools" },
      h("button", { type: "button", class: "button button-main", "aria-label": t("albums.keep_named", { name: one.name }), on: { click: () => decide("keep", "albums.kept") } }, icon("check"), t("albums.keep")),
      h("button", { type: "button", class: "button", "aria-label": t("albums.drop_named", { name: one.name }), on: { click: () => decide("drop", "albums.dropped") } }, t("albums.drop"))));
}
