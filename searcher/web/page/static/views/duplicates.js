// Copies of one picture, side by side, and what is made of the choice among them.

import { find, h } from "../core/dom.js";
import { bindKeys } from "../core/keys.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { showOrTrouble } from "../core/trouble.js";
import { Choices } from "../duplicates/choices.js";
import { GroupCard } from "../duplicates/group_card.js";
import { found, lookAgain, showGroups } from "../duplicates/looking.js";
import { saveList, saveScript } from "../duplicates/saving.js";

const host = find("#groups");
const cards = [];
let at = 0;

async function show(again = false) {
  const answer = await found("duplicates", () => host.replaceChildren(h("p", { class: "empty" }, t("groups.looking"))), again);
  if (!answer.total) {
    host.replaceChildren(h("div", { class: "empty" }, h("h2", {}, t("duplicates.none")), h("p", {}, t("duplicates.none_note"))));
    return;
  }
  const choices = new Choices(answer.result, answer.files_aside);
  const list = h("ol", { class: "groups" });
  const aside = h("strong", {});
  const script = h("button", { type: "button", class: "button button-main", on: { click: () => saveScript(choices) } }, t("duplicates.save_script"));
  const paths = h("button", { type: "button", class: "button", on: { click: () => saveList(choices) } }, t("duplicates.save_list"));
  const showAside = () => {
    aside.textContent = t("duplicates.aside", { count: choices.aside });
    script.disabled = paths.disabled = choices.aside === 0;
  };
  choices.addEventListener("change", showAside);
  showAside();
  host.replaceChildren(...[
    h("p", { class: "note" }, t("duplicates.rule")),
    h("p", { class: "note of-keys" }, t("duplicates.keys")),
    lookAgain(answer, () => show(true).catch(sayError)),
    list,
    h("div", { class: "making", role: "region", "aria-label": t("duplicates.making") },
      h("div", {}, aside, h("span", { class: "note" }, t("duplicates.never_deleted"))), paths, script),
  ].filter(Boolean));
  cards.length = 0;
  at = 0;
  showGroups("duplicates", answer, (group) => {
    const card = new GroupCard(group, choices, answer.total);
    cards.push(card);
    card.node.addEventListener("focusin", () => { at = cards.indexOf(card); });
    return card.node;
  }, list);
}

function goTo(number) {
  if (number < 0 || number >= cards.length) return;
  at = number;
  cards[at].focus();
}

bindKeys([
  { key: "ArrowDown", text: "duplicates.key_next", run: () => goTo(document.activeElement === document.body ? at : at + 1) },
  { key: "ArrowUp", text: "duplicates.key_previous", run: () => goTo(at - 1) },
  { key: "1", text: "duplicates.key_keep", run: () => cards[at]?.keepOnly(0) },
  ...[2, 3, 4, 5, 6, 7, 8, 9].map((number) => ({ key: String(number), run: () => cards[at]?.keepOnly(number - 1) })),
  { key: "a", text: "duplicates.key_all", run: () => cards[at]?.keepAll() },
]);

await showOrTrouble(host, show);
