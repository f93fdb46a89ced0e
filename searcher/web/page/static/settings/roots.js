// The watched folders, and how each is.

import { get } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { coded, factList, fill, momentText } from "./parts.js";

export async function showRoots(section) {
  const { roots } = await get("/roots");
  fill(section, roots.length ? h("ul", { class: "rows" }, roots.map(row)) : h("p", { class: "note" }, coded(t("settings.no_roots"))),
    h("p", { class: "note" }, coded(t("settings.roots_note"))));
}

function row({ path, online, scanned_at: scanned, files, skipped, held_back: heldBack, excluded, followed }) {
  return h("li", {},
    h("div", { class: "row-head" }, h("strong", { class: "path" }, path),
      h("span", { class: online ? "state state-good" : "state state-bad" }, t(online ? "settings.online" : "settings.offline"))),
    factList([
      [t("settings.files"), t("settings.count_files", { count: files })],
      [t("settings.scanned"), scanned ? momentText(scanned) : t("settings.never")],
      [t("settings.followed"), followed ? followedText(followed) : coded(t("settings.not_followed"))],
      [t("settings.skipped"), skipped ? h("a", { href: "#skipped" }, t("settings.count_files", { count: skipped })) : null],
      [t("settings.held_back"), heldBack ? coded(t("settings.held_back_note", { count: heldBack })) : null],
      [t("settings.excluded"), excluded.join(", ")],
    ]));
}

function followedText({ means, since, why }) {
  const how = t(`settings.by_${means}`, { since: momentText(since) });
  return why ? `${how} (${why})` : how;
}
