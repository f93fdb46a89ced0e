// What was photographed around the same day in other years: `?day=2026-11-27`, or today.

import { get } from "../core/api.js";
import { find, h, iconButton } from "../core/dom.js";
import { bindKeys } from "../core/keys.js";
import { locale, t } from "../core/strings.js";
import { givenSource, photosOf } from "../grid/sources.js";
import { mountGrid } from "../grid/view.js";

const DAY_MS = 86400000;

const isoOf = (date) => date.toISOString().slice(0, 10);
const today = () => { const now = new Date(); return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())); };
const asked = () => {
  const day = new Date(`${new URLSearchParams(location.search).get("day")}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? today() : day;
};

/** Return the photos of a day as a source: a section a year. */
function sourceOf(day) {
  return givenSource(async () => {
    const { years } = await get("/on-this-day", { day: isoOf(day) });
    return years.map((year) => ({
      key: `${year.year}-${isoOf(day).slice(5, 7)}`,
      title: titleOf(year.year, day.getUTCFullYear() - year.year),
      photos: photosOf(year),
    }));
  });
}

/** Years after the day's own have no number of years ago. */
function titleOf(year, ago) { return ago > 0 ? t("on_this_day.year", { year: String(year), count: ago }) : String(year); }

const title = find("#day");
const grid = mountGrid(find("#grid"), sourceOf(asked()), { empty: t("on_this_day.empty") });
let shown = isoOf(asked());

function name() {
  title.textContent = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone: "UTC" }).format(asked());
}

function go(day) {
  history.pushState(null, "", `?day=${isoOf(day)}`);
  show();
}

function show() {
  if (isoOf(asked()) === shown) return;
  shown = isoOf(asked());
  name();
  if (!history.state?.place) scrollTo(0, 0);
  grid.show(sourceOf(asked()));
}

const step = (days) => go(new Date(asked().getTime() + days * DAY_MS));
find("#day-steps").append(
  iconButton("previous", t("on_this_day.before"), () => step(-1)),
  h("button", { type: "button", class: "button", on: { click: () => go(today()) } }, t("on_this_day.today")),
  iconButton("next", t("on_this_day.after"), () => step(1)),
);
bindKeys([
  { key: "[", text: "on_this_day.before", run: () => step(-1) },
  { key: "]", text: "on_this_day.after", run: () => step(1) },
]);
addEventListener("popstate", show);
name();
