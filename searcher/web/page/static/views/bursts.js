// Bursts: photos that one camera took of one scene within moments, as stacks.

import { thumbnail } from "../core/api.js";
import { find, h } from "../core/dom.js";
import { dateText, t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { showOrTrouble } from "../core/trouble.js";
import { found, lookAgain, showGroups } from "../duplicates/looking.js";
import { openPhotos } from "../actions/opening.js";

const host = find("#groups");

async function show(again = false) {
  const answer = await found("bursts", () => host.replaceChildren(h("p", { class: "empty" }, t("groups.looking"))), again);
  if (!answer.total) {
    host.replaceChildren(h("div", { class: "empty" }, h("h2", {}, t("bursts.none")), h("p", {}, t("bursts.none_note"))));
    return;
  }
  const list = h("ul", { class: "stacks" });
  host.replaceChildren(...[
    h("p", { class: "note" }, t("bursts.about", { count: answer.total })),
    lookAgain(answer, () => show(true).catch(sayError)), list,
  ].filter(Boolean));
  showGroups("bursts", answer, stack, list);
}

function stack({ files }) {
  const [best] = files;
  const date = best.date ? dateText(best.date, "short") : t("review.undated");
  return h("li", {}, h("button", { type: "button", class: "stack", on: { click: () => openPhotos(files, best.id) } },
    files.slice(0, 3).reverse().map((file) => h("img", { src: thumbnail(file, "medium"), alt: "", loading: "lazy", decoding: "async" })),
    h("span", { class: "stack-words" }, h("strong", {}, t("bursts.photos", { count: files.length })), h("span", {}, date))));
}

await showOrTrouble(host, show);
