// People: questions to answer, those with a name, groups without, and names that other programs wrote.

import { get, isReadOnly, send } from "../core/api.js";
import { find, h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";
import { showTrouble } from "../core/trouble.js";
import { namesInFiles, personCards } from "../people/cards.js";
import { Questions } from "../people/questions.js";

const UNNAMED_SHOWN = 60; // groups
const host = find("#people");
const questions = isReadOnly ? null : new Questions(find("#question"), load);
let isIgnoredShown = false;

await load();
questions?.load().catch(sayError);

async function load() {
  try {
    const [named, unnamed] = await Promise.all([get("/people"), get("/people", { which: "unnamed", limit: UNNAMED_SHOWN })]);
    const ignored = isIgnoredShown && named.ignored ? await get("/people", { which: "ignored" }) : null;
    show(named, unnamed, ignored);
  } catch (error) {
    showTrouble(host, error, load);
  }
}

function show(named, unnamed, ignored) {
  const isEmpty = !named.people.length && !unnamed.people.length && !named.named_in_files.length;
  find("#actions").replaceChildren(...(isReadOnly ? [] : [switchButton(named.on)]));
  host.replaceChildren(...[
    !named.on && about(),
    named.on && isEmpty && h("p", { class: "empty" }, t("people.none_yet")),
    named.people.length > 0 && section(t("people.with_name"), personCards(named.people, load)),
    unnamed.people.length > 0 && section(t("people.without_name"), personCards(unnamed.people, load),
      unnamed.more > 0 && h("p", { class: "note" }, t("people.more_groups", { count: unnamed.more }))),
    named.named_in_files.length > 0 && section(t("people.in_files"), h("p", { class: "note" }, t("people.in_files_note")), namesInFiles(named.named_in_files)),
    named.ignored > 0 && ignoredSection(named.ignored, ignored),
  ].filter(Boolean));
}

function section(title, ...content) {
  return h("section", { class: "people-section" }, h("h2", {}, title), ...content);
}

function about() {
  return h("div", { class: "people-about" }, h("p", {}, t("people.off")), h("p", {}, t("people.kept")), h("p", {}, t("people.remove")));
}

function switchButton(isOn) {
  return h("button", { type: "button", class: isOn ? "button" : "button button-main", on: { click: async () => {
    try {
      const { undo } = await send("POST", isOn ? "/people/off" : "/people/on");
      say(t(isOn ? "people.turned_off" : "people.turned_on"), { undo, undone: load });
      await load();
    } catch (error) {
      sayError(error);
    }
  } } }, t(isOn ? "people.turn_off" : "people.turn_on"));
}

function ignoredSection(count, ignored) {
  const button = h("button", { type: "button", class: "button", "aria-expanded": String(isIgnoredShown), on: { click: () => {
    isIgnoredShown = !isIgnoredShown;
    load();
  } } }, t("people.ignored", { count }));
  return h("section", { class: "people-section" }, button, ignored && personCards(ignored.people, load));
}
