// What can be done with the selected photos: a toolbar at the foot of the page, and the same keys as in the viewer.

import { isReadOnly, mayEdit } from "../core/api.js";
import { find, h, iconButton } from "../core/dom.js";
import { bindKeys } from "../core/keys.js";
import { t } from "../core/strings.js";
import { copyPaths, download, favourite, hide, rate } from "./actions.js";
import { askAlbum, askFacts, askTag } from "./asking.js";

const STARS = [1, 2, 3, 4, 5];

/**
 * Return the keys of what can be done with photos, for `bindKeys`. `idsOf` gives the photos when a key is pressed;
 * `isFavourite` says of an id whether it is one, so that `f` takes it away where all are; `isEditable`, whether keys
 * that change something act now.
 */
export function actionKeys(idsOf, isFavourite = () => false, isEditable = () => true) {
  const reading = [{ key: "D", text: "actions.download", run: () => download(idsOf()) }];
  if (!mayEdit) return reading;
  const editing = [
    { key: "t", text: "actions.tag", run: () => { askTag(idsOf()); } },
    { key: "l", text: "actions.album", run: () => { askAlbum(idsOf()); } },
    { key: "f", text: "actions.favourite", run: () => { toggleFavourite(idsOf(), isFavourite); } },
    ...STARS.map((stars) => ({ key: String(stars), text: `actions.rate_${stars}`, run: () => { rate(idsOf(), stars); } })),
    { key: "0", text: "actions.rate_0", run: () => { rate(idsOf(), 0); } },
  ];
  return [...editing.map((binding) => ({ ...binding, run: () => isEditable() && binding.run() })), ...reading];
}

/** Make photos favourites, or no longer where all are. */
export function toggleFavourite(ids, isFavourite) {
  return favourite(ids, !ids.every(isFavourite));
}

/** Hide the selected photos, or show them again where all are hidden. */
async function toggleHidden(selection) {
  const { ids } = selection;
  const answer = await hide(ids);
  if (answer?.photos === 0) await hide(ids, false);
  if (answer) selection.clear();
}

/** Show a bar while photos are selected. `isFavourite` says of an id whether it is one, as far as the view knows. */
export function mountActionBar(selection, { isFavourite = () => false } = {}) {
  const count = h("span", { class: "action-count" });
  const ids = () => selection.ids;
  const stars = h("div", { class: "action-stars", role: "group", "aria-label": t("actions.rate"), hidden: true },
    STARS.map((number) => iconButton("star", t(`actions.rate_${number}`), () => rate(ids(), number))),
    iconButton("remove", t("actions.rate_0"), () => rate(ids(), 0)));
  const rating = iconButton("star", t("actions.rate"), () => {
    stars.hidden = !stars.hidden;
    rating.setAttribute("aria-expanded", String(!stars.hidden));
  }, { "aria-expanded": "false" });
  const bar = h("div", { class: "action-bar", hidden: true, role: "toolbar", "aria-label": t("selection.label") },
    iconButton("close", t("actions.clear"), () => selection.clear()), count,
    mayEdit ? [
      iconButton("tags", t("actions.tag"), () => askTag(ids())),
      iconButton("albums", t("actions.album"), () => askAlbum(ids())),
      rating, stars,
      iconButton("favourite", t("actions.favourite"), () => toggleFavourite(ids(), isFavourite)),
      isReadOnly ? null : iconButton("hide", t("actions.hide"), () => toggleHidden(selection)),
      iconButton("edit", t("actions.facts"), () => askFacts(ids())),
    ] : null,
    iconButton("download", t("actions.download"), () => download(ids())),
    iconButton("copy", t("actions.copy_paths"), () => copyPaths(ids())));
  asToolbar(bar);
  find("main").append(bar);

  const keys = [...actionKeys(ids, isFavourite), { key: "Escape", text: "actions.clear", run: () => selection.clear() }];
  let release = null;
  selection.addEventListener("change", () => {
    const isEmpty = selection.size === 0;
    bar.hidden = isEmpty;
    if (!isEmpty) count.textContent = t("selection.count", { count: selection.size });
    if (isEmpty) {
      release?.();
      release = null;
    } else {
      release ??= bindKeys(keys);
    }
  });
}

/** One button of a toolbar is reached by Tab, the others from there by arrows (ARIA's toolbar). */
function asToolbar(bar) {
  const shown = () => [...bar.querySelectorAll("button")].filter((button) => button.offsetParent !== null);
  const only = (button) => { for (const one of bar.querySelectorAll("button")) one.tabIndex = one === button ? 0 : -1; };
  only(bar.querySelector("button"));
  bar.addEventListener("focusin", (event) => { if (event.target.matches("button")) only(event.target); });
  bar.addEventListener("keydown", (event) => {
    const buttons = shown();
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault(); // the grid must not move, too
    event.stopPropagation();
    buttons[(to + buttons.length) % buttons.length].focus();
  });
}
