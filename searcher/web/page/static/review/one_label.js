// The photos that may show a label, as a grid; one key each says yes or no.

import { get, isReadOnly, send } from "../core/api.js";
import { h } from "../core/dom.js";
import { bindKeys } from "../core/keys.js";
import { t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";
import { Answers } from "./answers.js";
import { CandidateGrid } from "./candidate_grid.js";

const LEARN_EVERY = 10; // answers

/** Show the photos of a label in an order, "uncertain" or "sure". */
export async function reviewLabel(host, label, order) {
  document.title = `${label} · photoseek`;
  const heading = host.querySelector("h1");
  heading.replaceChildren(h("a", { href: "/review" }, heading.textContent), " › ", h("span", {}, label));
  const note = h("p", { class: "review-state", role: "status" });
  const learnt = h("div", { class: "learnt" });
  const grid = new CandidateGrid(isReadOnly);
  const more = h("div", { class: "empty", hidden: true });
  host.append(
    h("div", { class: "review-head" }, orders(label, order), isReadOnly ? null : h("p", { class: "note" }, t("review.keys"))),
    note, learnt, grid.node, more);

  let state = null;
  const load = async () => {
    let answered;
    do { // what is answered meanwhile would seem open again
      await answers.flush();
      answered = grid.answered;
      state = await get("/proposals/photos", { label, order });
    } while (grid.answered !== answered);
    grid.show(state.photos);
    showState();
    showLearnt();
  };
  const showState = () => {
    const open = state.total - grid.answered;
    const yes = state.yes + grid.count(true), no = state.no + grid.count(false);
    note.textContent = `${t("review.said", { yes, no })} · ${t("review.left", { count: open })}`;
    const isDone = grid.open === 0;
    more.hidden = !isDone;
    more.replaceChildren(
      h("h2", {}, t(open ? "review.screen_done" : "review.done")),
      open ? h("button", { type: "button", class: "button button-main", on: { click: async () => { await answers.flush(); await load(); grid.focus(); } } },
        t("review.next", { count: open })) : h("a", { href: "/review" }, t("review.all_labels")));
  };
  const showLearnt = () => learnt.replaceChildren(...whatWasLearnt(state, apply));
  const apply = async () => {
    try {
      await answers.flush();
      const { gained, lost, undo } = await send("POST", "/proposals/apply", { label });
      say(t("review.applied", { gained, lost }), { undo, undone: load });
      await load();
    } catch (error) {
      sayError(error);
    }
  };

  const answers = new Answers(label);
  let sinceLearnt = 0;
  answers.addEventListener("sent", async ({ detail: count }) => {
    sinceLearnt += count;
    if (sinceLearnt < LEARN_EVERY && grid.open > 0) return;
    sinceLearnt = 0;
    try {
      // Only what was learnt: the photos on the screen stay where they are.
      const now = await get("/proposals/photos", { label, order, limit: 1 });
      learnt.replaceChildren(...whatWasLearnt(now, apply));
    } catch (error) {
      sayError(error);
    }
  });
  answers.addEventListener("failed", ({ detail: { error, ids } }) => {
    grid.reopen(ids);
    showState();
    sayError(error);
  });
  grid.addEventListener("answer", ({ detail: { ids, yes } }) => {
    answers.say(ids, yes);
    showState();
  });

  await load();
  grid.focus();
  bindKeys([
    ...(isReadOnly ? [] : [
      { key: "y", text: "review.key_yes", run: () => grid.answer(true) },
      { key: "n", text: "review.key_no", run: () => grid.answer(false) },
      { key: "a", text: "review.key_all", run: () => grid.answerScreen(true) },
      { key: "u", text: "review.key_undo", run: () => grid.undo() },
    ]),
    { key: "ArrowRight", text: "review.key_move", run: () => grid.move(1) },
    { key: "ArrowLeft", run: () => grid.move(-1) },
    { key: "ArrowDown", run: () => grid.moveRows(1) },
    { key: "ArrowUp", run: () => grid.moveRows(-1) },
  ]);
}

function orders(label, chosen) {
  return h("div", { class: "tabs", role: "group", "aria-label": t("review.order") }, ["uncertain", "sure"].map((order) =>
    h("a", { href: `/review?label=${encodeURIComponent(label)}&order=${order}`, class: "chip",
      "aria-current": order === chosen ? "true" : null }, t(`review.order_${order}`))));
}

/** Say only what was computed: from how many answers the label learnt, and what it would change. */
function whatWasLearnt(state, apply) {
  const { learnt_from: lesson, has_head: hasHead, yes, no, gains, losses } = state;
  const FEWEST = 10; // as the label's learning has it
  let sentence = t("review.not_better", { yes, no });
  if (hasHead) sentence = t("review.taught_by_captions");
  else if (lesson) sentence = t("review.learnt", lesson);
  else if (Math.min(yes, no) < FEWEST) sentence = t("review.too_few", { yes: Math.max(0, FEWEST - yes), no: Math.max(0, FEWEST - no) });
  const said = [h("p", {}, sentence)];
  if (gains !== null && gains + losses > 0) {
    said.push(h("p", {}, t("review.would_change", { gains, losses }), " ",
      isReadOnly ? null : h("button", { type: "button", class: "button", on: { click: apply } }, t("review.apply"))));
  }
  return said;
}
