// All tags with their numbers of photos, and a field that finds some of them.

import { get } from "../core/api.js";
import { find, h, icon } from "../core/dom.js";
import { t } from "../core/strings.js";
import { showTrouble } from "../core/trouble.js";

const MOST_SHOWN = 1000;
const host = find("#tags");
const parameters = new URLSearchParams(location.search);
const field = h("input", { class: "field", type: "search", "aria-label": t("tags.find"), placeholder: t("tags.find"), value: parameters.get("find") ?? "",
  on: { input: () => { remember("find", field.value); show(); } } });
const byName = h("button", { type: "button", class: "button", "aria-pressed": String(parameters.get("order") === "name"), on: { click: () => {
  const isPressed = byName.getAttribute("aria-pressed") !== "true";
  byName.setAttribute("aria-pressed", String(isPressed));
  remember("order", isPressed ? "name" : "");
  show();
} } }, t("tags.by_name"));
let tags = [];

find("#actions").append(field, byName, h("a", { class: "button", href: "/review" }, icon("review"), t("navigation.review")));
await load();

async function load() {
  try {
    tags = (await get("/tags")).tags.map((tag) => ({ ...tag, photos: tag.by_people + tag.by_models })).filter((tag) => tag.photos > 0);
    show();
  } catch (error) {
    showTrouble(host, error, load);
  }
}

function show() {
  const wanted = field.value.trim().toLocaleLowerCase();
  const found = tags.filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
  if (byName.getAttribute("aria-pressed") !== "true") found.sort((one, other) => other.photos - one.photos);
  const most = Math.max(1, ...tags.map((tag) => tag.photos));
  host.replaceChildren(found.length === 0 ? h("p", { class: "empty" }, t(tags.length ? "tags.none_found" : "tags.none"))
    : h("ul", { class: "tag-list" }, found.slice(0, MOST_SHOWN).map((tag) => item(tag, most))));
  if (found.length > MOST_SHOWN) host.append(h("p", { class: "note" }, t("tags.more", { count: found.length - MOST_SHOWN })));
}

function item(tag, most) {
  const who = [tag.by_people ? t("tags.by_you", { count: tag.by_people }) : null, tag.by_models ? t("tags.by_models", { count: tag.by_models }) : null];
  return h("li", {}, h("a", { href: `/tags/${encodeURIComponent(tag.name)}` },
    h("span", { class: "tag-bar", "aria-hidden": "true", style: { width: `${100 * tag.photos / most}%` } }),
    h("span", { class: "tag-name" }, tag.name), h("span", { class: "tag-count" }, t("albums.photos", { count: tag.photos })),
    h("span", { class: "note" }, who.filter(Boolean).join(" · "))));
}

function remember(name, value) {
  const search = new URLSearchParams(location.search);
  if (value) search.set(name, value);
  else search.delete(name);
  const query = search.toString();
  history.replaceState(history.state, "", query ? `?${query}` : location.pathname);
}
