// The search view: a question in the address, its answer in pages, and where it left off when one comes back.

import { Refused, get, isReadOnly, send } from "../core/api.js";
import { find, h, icon } from "../core/dom.js";
import { bindKeys } from "../core/keys.js";
import { Selection } from "../core/selection.js";
import { t } from "../core/strings.js";
import { say } from "../core/toast.js";
import { showTrouble } from "../core/trouble.js";
import { askName } from "../listing/asking_name.js";
import { addressWith, asParameters, asksAnything, readAddress } from "../search/address.js";
import { chipList } from "../search/chips.js";
import { HitList, fits, photoOf } from "../search/hits.js";
import { recentQuestions, rememberQuestion } from "../search/recent.js";
import { errorNode, verdict } from "../search/remedies.js";
import { openWhy } from "../search/why.js";
import { mountActionBar } from "../actions/action_bar.js";
import { changes } from "../actions/actions.js";

const PAGE = 60;
const LONGEST_NAME = 60; // of an album, as it is proposed
const MOST_AT_ONCE = 1000; // hits that the server gives in one page
const GRADES = ["strong", "possible", "weak"];
const FAULT = 500; // an HTTP status from which on the question itself is not to blame
const AHEAD = "800px"; // below the window, where the next page is asked for

const asked = readAddress();
const host = find("#results");
const selection = new Selection();
const tools = {
  more: (id) => go({ more: [...new Set([...asked.more, String(id)])], less: asked.less.filter((one) => one !== String(id)) }),
  less: (id) => go({ less: [...new Set([...asked.less, String(id)])], more: asked.more.filter((one) => one !== String(id)) }),
  why: (photo) => openWhy(asked, photo),
};
const hits = new HitList(selection, tools, () => nextPage());
const weaker = h("section", { class: "weaker", hidden: true });
const sentinel = h("div", { class: "sentinel", "aria-hidden": "true" });
const status = h("p", { class: "note", role: "status" });
let next = null; // the cursor of the next page; null: there is none
let waiting = null; // the promise of the page that is being asked for
let held = []; // weak hits that are not shown yet

mountActionBar(selection, { isFavourite: (id) => hits.known(id)?.favourite ?? false });
bindKeys(hits.keys());
changes.addEventListener("change", ({ detail }) => hits.takeChange(detail));
if (asksAnything(asked)) begin();
else showBeginning();

function go(changed) { location.href = addressWith(asked, changed); }

async function begin() {
  status.textContent = t("search.searching");
  host.replaceChildren(status);
  history.scrollRestoration = "manual";
  const kept = history.state?.search;
  try {
    const page = { limit: Math.min(MOST_AT_ONCE, Math.max(PAGE, kept?.count ?? 0)) };
    const answer = await get("/search", { ...asParameters(asked), ...page });
    rememberQuestion(asked.q);
    show(answer, page);
    if (kept) scrollTo(0, kept.y);
  } catch (error) {
    host.replaceChildren();
    if (error instanceof Refused && error.status < FAULT) host.append(errorNode(asked, error));
    else showTrouble(host, error, begin); // the same question may be answered later
    return;
  }
  addEventListener("pagehide", () => history.replaceState({ ...history.state, search: { count: hits.total + held.length, y: scrollY } }, ""));
  new IntersectionObserver(([seen]) => { if (seen.isIntersecting) nextPage(); }, { rootMargin: AHEAD }).observe(sentinel);
  const photo = Number(new URLSearchParams(location.search).get("photo"));
  if (photo) hits.open(photo, true);
}

function show(answer, page) {
  const isGraded = answer.hits.some((hit) => hit.relevance !== null);
  host.replaceChildren(...[
    toolbar(answer, isGraded), chipList(asked, answer.chips), verdict(asked, answer),
    isGraded && answer.hits.length > 0 ? legend() : null, hits.node, status, weaker, sentinel,
  ].filter(Boolean));
  status.textContent = "";
  // Where nothing fits, what comes nearest is all that there is to show.
  if (answer.matches === false) asked.isWeakShown = true;
  take(answer, page);
}

function take(answer, page) {
  next = answer.next;
  const photos = answer.hits.map((hit) => photoOf(hit, page));
  hits.add(asked.isWeakShown ? photos : photos.filter(fits));
  if (!asked.isWeakShown) held.push(...photos.filter((photo) => !fits(photo)));
  weaker.hidden = held.length === 0;
  weaker.replaceChildren(h("button", { type: "button", class: "button", "aria-expanded": "false", on: { click: showWeaker } }, t("search.show_weaker")),
    h("p", { class: "note" }, t("search.weaker_note")));
}

function showWeaker() {
  asked.isWeakShown = true;
  history.replaceState(history.state, "", withWeak());
  const first = held[0];
  hits.add(held);
  held = [];
  weaker.hidden = true;
  hits.node.querySelector(`[href$="photo=${first.id}"]`)?.focus();
  nextPage();
}

function withWeak() {
  const search = new URLSearchParams(location.search);
  search.set("weak", "1");
  return `?${search}`;
}

/** Add the next page, unless all that is left is weak and folded. Several calls share one request. */
function nextPage() {
  if (next === null || held.length > 0) return waiting;
  const page = { cursor: next, limit: PAGE };
  waiting ??= get("/search", { ...asParameters(asked), ...page }).then((answer) => take(answer, page), (error) => {
    next = null; // until a person asks again
    showTrouble(host, error, () => { next = page.cursor; nextPage(); });
  }).finally(() => {
    waiting = null;
    // The page may be too short to scroll: the observer says nothing then.
    if (sentinel.getBoundingClientRect().top < innerHeight + Number.parseInt(AHEAD, 10)) nextPage();
  });
  return waiting;
}

function toolbar(answer, isGraded) {
  const byDate = answer.chips.some((chip) => chip.kind === "order" && chip.text !== "sort:relevance") || asked.order === "date";
  const order = (name, isCurrent) => h("a", { class: "segment", href: addressWith(asked, { order: name }), "aria-current": isCurrent ? "true" : null }, t(`search.order.${name}`));
  return h("div", { class: "results-head" },
    isGraded || byDate ? h("div", { class: "segments", role: "group", "aria-label": t("search.order") }, order("relevance", !byDate), order("date", byDate)) : null,
    isReadOnly || asked.picture ? null : h("button", { type: "button", class: "button", on: { click: () => saveAsAlbum(answer.query) } }, icon("albums"), t("search.save_album")));
}

function legend() {
  return h("ul", { class: "legend", "aria-label": t("search.legend") }, GRADES.map((grade) =>
    h("li", {}, h("span", { class: `legend-mark grade-${grade}`, "aria-hidden": "true" }), t(`search.grade.${grade}`))));
}

function saveAsAlbum(query) {
  askName(t("search.save_album"), t("search.save_album"), async (name) => {
    const { undo } = await send("POST", "/albums", { name, query });
    say(t("albums.made", { name }), { undo });
  }, { name: asked.q.slice(0, LONGEST_NAME), note: t("search.album_note") });
}

function showBeginning() {
  const recent = recentQuestions();
  const examples = t("search.examples").split("|");
  const list = (lines) => h("ul", { class: "examples" }, lines.map((line) => h("li", {}, h("a", { class: "chip", href: addressWith({ q: line }) }, line))));
  host.replaceChildren(h("div", { class: "beginning" },
    h("h2", {}, t("search.begin")), h("p", { class: "note" }, t("search.begin_note")), list(examples),
    ...(recent.length ? [h("h2", {}, t("search.recent")), list(recent)] : [])));
  find("#search-input").focus();
}
