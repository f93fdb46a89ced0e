// How far an index has come, as the server tells it; and a button that begins one.

import { get, isReadOnly } from "../core/api.js";
import { h } from "../core/dom.js";
import { listen } from "../core/events.js";
import { locale, t } from "../core/strings.js";
import { startTask } from "../actions/tasks.js";
import { button, coded, fill } from "./parts.js";
import { followTasks } from "./tasks.js";

export async function showIndexing(section) {
  const state = h("div", { class: "indexing" });
  const show = (indexing) => state.replaceChildren(...(indexing.running ? progress(indexing) : [h("p", {}, t("settings.not_indexing"))]));
  const tasks = h("ul", { class: "rows" });
  fill(section, state, tasks,
    h("p", { class: "note" }, coded(t("settings.indexing_note"))),
    isReadOnly ? null : h("div", { class: "row-buttons" },
      button(t("settings.index"), () => startTask("index", t("settings.index_begun"), () => location.reload()))));
  show(await get("/indexing"));
  listen("indexing", show);
  await followTasks(tasks);
}

function progress({ done, total, skipped, per_second: rate, left_s: left }) {
  const text = [
    t("settings.indexed", { done, total }),
    rate ? t("settings.files_a_second", { rate: Math.round(rate * 10) / 10 }) : null,
    left === null ? null : t("settings.time_left", { time: timeText(left) }),
    skipped ? t("settings.skipped_so_far", { count: skipped }) : null,
  ];
  return [h("progress", { max: Math.max(total ?? 0, 1), value: done ?? 0, "aria-label": t("settings.indexing") }),
    h("p", {}, text.filter(Boolean).join(" · "))];
}

function timeText(seconds) {
  const [unit, by] = seconds < 90 ? ["second", 1] : seconds < 5400 ? ["minute", 60] : ["hour", 3600];
  const amount = Math.max(1, Math.round(seconds / by));
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(amount);
}
