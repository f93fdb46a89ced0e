// What was changed, by people and by models, each with how it is taken back.

import { get, isReadOnly, send } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";
import { button, fill, momentText } from "./parts.js";

const SHOWN = 20;

export async function showChanges(section, most = SHOWN) {
  const { edits, tag_runs: runs } = await get("/changes");
  const all = [
    ...edits.map((edit) => ({ ...edit, path: `/changes/${edit.number}/undo`, text: edit.what, note: t("asking.photos", { count: edit.photos }), command: `photoseek set --undo ${edit.number}` })),
    ...runs.map((run) => ({ ...run, path: `/tag-runs/${run.number}/undo`, text: runText(run), note: t("settings.tags_changed", { count: run.tags }), command: `photoseek tag --undo ${run.number}` })),
  ].sort((one, other) => (one.at < other.at ? 1 : -1));
  const again = () => showChanges(section, most).catch(sayError);
  fill(section,
    all.length ? h("ul", { class: "rows" }, all.slice(0, most).map((change) => row(change, again))) : h("p", { class: "note" }, t("settings.no_changes")),
    all.length > most && button(t("settings.more_changes"), () => showChanges(section, most + 100).catch(sayError)));
}

function row({ text, note, at, path, command, undone_at: undone }, again) {
  return h("li", {}, h("div", { class: "row-head" },
    h("span", {}, h("strong", {}, text), h("span", { class: "note" }, ` · ${note} · ${momentText(at)} · `), h("code", {}, command)),
    undone ? h("span", { class: "note" }, t("settings.undone")) : isReadOnly ? null : button(t("base.undo"), async () => {
      try {
        const { changed } = await send("POST", path);
        say(t("settings.taken_back", { count: changed }));
        again();
      } catch (error) {
        sayError(error);
      }
    }, { "aria-label": t("settings.undo_change", { what: text }) })));
}

function runText({ vocabulary, labels, label_count: count, only_removed: removed }) {
  const named = vocabulary ?? labels.join(", ") + (count > labels.length ? "…" : "");
  return t(removed ? "settings.run_removed" : "settings.run", { named, count });
}
