// The folders as a tree, and the photos of one: `?in=PATH`.

import { get } from "../core/api.js";
import { find, h, iconButton } from "../core/dom.js";
import { locale, t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { showTrouble } from "../core/trouble.js";
import { timelineSource } from "../grid/sources.js";
import { mountTimeline } from "../grid/view.js";
import { filterOf } from "../search/address.js";

const known = new Map(); // folders by path
const PHONE = matchMedia("(max-width: 900px)");
let grid = null;
let shown = null;

const addressOf = (path) => `/folders?${new URLSearchParams({ in: path })}`;
const asked = () => new URLSearchParams(location.search).get("in");

async function foldersBelow(path) {
  const { folders } = await get("/folders", { below: path });
  for (const folder of folders) known.set(folder.path, folder);
  return folders;
}

function branch(folders) {
  return h("ul", {}, folders.map((folder) => {
    const below = h("div", { hidden: true });
    const toggle = iconButton("next", t("folders.open", { name: folder.name }), () => open(toggle, below, folder),
      { class: "icon-button folder-open", "aria-expanded": "false", disabled: !folder.has_folders });
    const link = h("a", { href: addressOf(folder.path), on: { click: (event) => go(event, folder) } },
      h("span", {}, folder.name), h("span", { class: "note" }, new Intl.NumberFormat(locale).format(folder.photos)));
    const item = h("li", { data: { path: folder.path } }, h("div", { class: "folder-line" }, toggle, link), below);
    item.open = () => (toggle.getAttribute("aria-expanded") === "true" || !folder.has_folders ? null : open(toggle, below, folder));
    return item;
  }));
}

async function open(toggle, below, folder) {
  const isOpen = toggle.getAttribute("aria-expanded") !== "true";
  toggle.setAttribute("aria-expanded", isOpen);
  below.hidden = !isOpen;
  if (!isOpen || below.firstChild) return;
  try {
    below.append(branch(await foldersBelow(folder.path)));
    markCurrent();
  } catch (error) {
    sayError(error);
  }
}

function go(event, folder) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (folder.path !== shown) history.pushState(null, "", addressOf(folder.path));
  if (PHONE.matches) find("#folders-tree").open = false;
  show();
}

function markCurrent() {
  for (const item of find("#tree").querySelectorAll("li")) {
    const link = find("a", item);
    if (item.dataset.path === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Open the tree as far as a folder. */
async function openTo(path) {
  for (let level = find("#tree > ul"); level;) {
    const item = [...level.children].find(({ dataset }) => `${path}/`.startsWith(dataset.path.replace(/\/?$/, "/")));
    if (!item || item.dataset.path === path) return;
    await item.open();
    level = item.querySelector("ul");
  }
}

async function show() {
  const path = asked() ?? [...known.keys()][0];
  if (path === undefined) return;
  await openTo(path);
  if (path !== (asked() ?? [...known.keys()][0])) return; // another folder was chosen meanwhile
  const folder = known.get(path);
  shown = path;
  markCurrent();
  find("#folder-name").textContent = folder?.name ?? path;
  find("#folder-path").textContent = path;
  const q = folder?.filter ?? filterOf("in", path);
  if (grid === null) grid = mountTimeline(find("#grid"), { q });
  else {
    if (!history.state?.place) scrollTo(0, 0);
    await grid.show(timelineSource({ q }));
  }
}

addEventListener("popstate", () => { if ((asked() ?? [...known.keys()][0]) !== shown) show(); });

try {
  if (PHONE.matches && asked()) find("#folders-tree").open = false;
  find("#tree").append(branch(await foldersBelow(null)));
  const roots = find("#tree > ul").children;
  if (roots.length === 1) await roots[0].open();
  await show();
} catch (error) {
  showTrouble(find(".folders-photos"), error, () => location.reload());
}
