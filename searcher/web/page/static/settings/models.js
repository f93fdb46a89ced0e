// The models there are: what each costs, how fast it is here, and how far a change to another has come.

import { get, isReadOnly } from "../core/api.js";
import { h } from "../core/dom.js";
import { locale, t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";
import { startTask } from "../actions/tasks.js";
import { button, coded, fill } from "./parts.js";

const LOOK_EVERY_MS = 2000;

export async function showModels(section) {
  const { models } = await get("/models");
  const show = () => showModels(section).catch(sayError);
  const mine = models.filter(({ state }) => state);
  const others = models.filter(({ state }) => !state);
  fill(section,
    table(mine, show),
    h("details", {}, h("summary", {}, t("settings.other_models", { count: others.length })), h("p", { class: "note" }, coded(t("settings.models_note"))), table(others, show)));
  if (models.some(({ state }) => state === "on its way")) setTimeout(() => { if (section.isConnected) show(); }, LOOK_EVERY_MS);
}

function table(models, show) {
  return h("div", { class: "wide", role: "group", tabIndex: 0, "aria-label": t("settings.models") }, h("table", { class: "lines" },
    h("thead", {}, h("tr", {}, ["model", "state", "size", "recall", "speed", "licence"].map((one) => h("th", {}, t(`settings.${one}`))),
      isReadOnly ? null : h("th", {}, h("span", { class: "visually-hidden" }, t("settings.use"))))),
    h("tbody", {}, models.map((model) => row(model, show)))));
}

function row(model, show) {
  const { name, state, megabytes, recall, licence, photos_a_second: speed, minutes, recommended } = model;
  return h("tr", {},
    h("th", { scope: "row" }, name, recommended && h("span", { class: "chip" }, t("settings.recommended"))),
    h("td", {}, stateOf(model)),
    h("td", {}, megabytes === null ? "" : unit(megabytes, "megabyte")),
    h("td", {}, recall === null ? "" : new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(recall)),
    h("td", {}, speed ? t("settings.photos_a_second", { speed }) : "", minutes && !speed ? t("settings.about_minutes", { minutes: Math.max(1, Math.round(minutes)) }) : ""),
    h("td", {}, licence ?? ""),
    isReadOnly ? null : h("td", {}, state === "in use" ? null : button(t(state === "on its way" ? "settings.go_on" : "settings.use"), () => use(name, show), { "aria-label": t("settings.use_model", { name }) })));
}

function stateOf({ state, vectors, left }) {
  if (state === "in use") return [h("strong", {}, t("settings.in_use")), h("div", { class: "note" }, t("settings.vectors", { count: vectors }))];
  if (state === "on its way") {
    return [h("strong", {}, t("settings.on_its_way")),
      h("progress", { max: vectors + left, value: vectors, "aria-label": t("settings.on_its_way") }),
      h("div", { class: "note" }, t("settings.embedded", { vectors, total: vectors + left }))];
  }
  return vectors ? t("settings.vectors", { count: vectors }) : t(state ? "settings.added" : "settings.not_added");
}

function use(name, show) {
  startTask("model", t("settings.changing", { name }), () => { say(t("settings.changed", { name })); show(); }, name);
  setTimeout(show, LOOK_EVERY_MS);
}

function unit(number, of) {
  return new Intl.NumberFormat(locale, { style: "unit", unit: of, maximumFractionDigits: 0 }).format(number);
}
