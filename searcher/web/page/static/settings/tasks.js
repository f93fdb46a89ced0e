// The task that runs, with what it said last and a way to stop it; and what became of the latest one.

import { get, isReadOnly, send } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { button } from "./parts.js";

const LOOK_EVERY_MS = 1500;

/** Show the latest task in `list`, for as long as the page is open. */
export async function followTasks(list) {
  const { tasks: [latest] } = await get("/tasks");
  list.replaceChildren(...(latest ? [row(latest)] : []));
  setTimeout(() => { if (list.isConnected) followTasks(list).catch(() => {}); }, LOOK_EVERY_MS);
}

function row({ number, kind, what, state, lines }) {
  const stop = () => send("POST", `/tasks/${number}/stop`).catch(sayError);
  return h("li", {}, h("div", { class: "row-head" },
    h("span", {}, h("strong", {}, t(`tasks.${kind}`), what && ` ${what}`), ` · ${t(`tasks.${state}`)}`),
    state === "running" && !isReadOnly ? button(t("tasks.stop"), stop) : null),
  lines.length ? h("div", { class: "note path" }, lines.at(-1)) : null);
}
