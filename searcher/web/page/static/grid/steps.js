// The keys of a grid: from photo to photo, and by days, months and years.

import { h } from "../core/dom.js";
import { openDialog } from "../core/dialog.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";

/** Return the bindings (core/keys.js) of a grid. */
export function keysOfGrid(grid) {
  const hasFocus = () => grid.host.contains(document.activeElement);
  const step = (move) => () => {
    if (!grid.source.total) return false;
    grid.focus(hasFocus() ? move(grid.active) : grid.firstVisible());
    return true;
  };
  const jump = (unit, direction) => () => { jumpBy(grid, unit, direction).catch(sayError); };
  return [
    { key: "ArrowRight", text: "grid.keys.arrows", run: step((at) => Math.min(at + 1, grid.source.total - 1)) },
    { key: "ArrowLeft", text: "grid.keys.arrows", run: step((at) => Math.max(at - 1, 0)) },
    { key: "ArrowDown", text: "grid.keys.arrows", run: () => hasFocus() && step((at) => grid.above(at, 1))() },
    { key: "ArrowUp", text: "grid.keys.arrows", run: () => hasFocus() && step((at) => grid.above(at, -1))() },
    { key: "Control+Home", run: () => hasFocus() && grid.focus(0) },
    { key: "Control+End", run: () => hasFocus() && grid.focus(grid.source.total - 1) },
    { key: " ", text: "grid.keys.select", run: () => toggle(grid, hasFocus) },
    { key: "x", text: "grid.keys.select", run: () => toggle(grid, hasFocus) },
    { key: "Control+a", text: "grid.keys.all", run: () => { grid.picking.selectMore(); } },
    { key: "Control+d", text: "grid.keys.none", run: () => grid.selection.size > 0 && grid.selection.clear() },
    { key: "Escape", text: "grid.keys.none", run: () => {
      if (!grid.selection.size) return false;
      grid.selection.clear();
      return true;
    } },
    { key: "g", text: "grid.keys.date", run: () => askForDate(grid) },
    { key: "d", text: "grid.keys.day", run: jump("day", 1) },
    { key: "D", text: "grid.keys.day_back", run: jump("day", -1) },
    { key: "m", text: "grid.keys.month", run: jump("month", 1) },
    { key: "M", text: "grid.keys.month_back", run: jump("month", -1) },
    { key: "y", text: "grid.keys.year", run: jump("year", 1) },
    { key: "Y", text: "grid.keys.year_back", run: jump("year", -1) },
  ];
}

function toggle(grid, hasFocus) {
  const cell = hasFocus() ? grid.cellOf(grid.active) : null;
  if (!cell?.photo || document.activeElement !== cell.link) return false;
  grid.picking.toggle(cell.index, cell.photo.id);
  return true;
}

const DAY_DIGITS = 10; // of an ISO date
const YEAR_DIGITS = 4;

/** Go to the first photo of the next (1: older) or the previous (-1) day, month or year. */
async function jumpBy(grid, unit, direction) {
  const { source } = grid;
  const from = grid.host.contains(document.activeElement) ? grid.active : grid.firstVisible();
  const target = unit === "day" ? await nextDay(source, from, direction) : nextOf(startsOf(source, unit), from, direction);
  if (target === undefined) return;
  grid.focus(target);
  grid.reveal(target, "start");
}

/** Return the indices at which months or years begin. */
function startsOf(source, unit) {
  const yearOf = (section) => section?.key.slice(0, YEAR_DIGITS);
  return source.sections
    .filter((section, at, all) => unit === "month" || yearOf(section) !== yearOf(all[at - 1]))
    .map(({ first }) => first);
}

function nextOf(starts, from, direction) {
  return direction > 0 ? starts.find((start) => start > from) : starts.findLast((start) => start < from);
}

async function nextDay(source, from, direction) {
  for (let section = source.sectionAt(from); section; section = source.sectionAt(direction > 0 ? section.first + section.ratios.length : section.first - 1)) {
    const days = (await source.photosOf(section)).map(({ date }) => date?.slice(0, DAY_DIGITS));
    const starts = days.flatMap((day, at) => (day === days[at - 1] && at > 0 ? [] : [section.first + at]));
    const found = nextOf(starts, from, direction);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Ask for a date and go to the first photo that isn't later. */
function askForDate(grid) {
  const dated = grid.source.sections.filter(({ key }) => /^\d{4}/.test(key));
  if (!dated.length) return;
  const [latest, earliest] = [dated[0].key, dated.at(-1).key];
  const field = h("input", { type: "date", class: "field", id: "date-field", required: true, max: `${latest.slice(0, 4)}-12-31`,
    min: `${earliest.slice(0, 4)}-01-01`, value: `${latest}-01`.slice(0, 10) });
  const form = h("form", { class: "stack" }, h("label", { for: "date-field" }, t("grid.date_label")), field,
    h("button", { class: "button button-main" }, t("grid.date_go")));
  const dialog = openDialog(t("grid.date_title"), form);
  field.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    goToDate(grid, field.value).catch(sayError);
  });
}

/** Go to the first photo that was taken on a date or before it. */
async function goToDate(grid, date) {
  const { source } = grid;
  const section = source.sections.find(({ key }) => key !== "undated" && key <= date.slice(0, key.length)) ?? source.sections.at(-1);
  if (!section) return;
  const photos = await source.photosOf(section);
  const within = photos.findIndex((photo) => (photo.date ?? "").slice(0, DAY_DIGITS) <= date);
  grid.focus(section.first + Math.max(0, within));
  grid.reveal(grid.active, "start");
}
