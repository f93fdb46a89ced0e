// The strings of the page's language, which the server wrote into the page.

const strings = JSON.parse(document.getElementById("strings").textContent);

export const language = document.documentElement.lang;

// How dates and numbers are written: as in the browser's own country, where it speaks the page's language.
export const locale = navigator.languages.find((one) => one.split("-")[0] === language) ?? language;

/**
 * Return the string of a key with its {values} filled in. If `count` is among them, the string of the plural
 * category (`key.one`, `key.other`) is taken where there is one.
 */
export function t(key, values = {}) {
  let text = strings[key];
  if (values.count !== undefined) {
    text = strings[`${key}.${plurals().select(values.count)}`] ?? strings[`${key}.other`] ?? text;
  }
  if (text === undefined) throw new Error(`no string ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

/** Return whether there is a string of a key. */
export function hasString(key) { return Object.hasOwn(strings, key); }

// Made when the first is needed: a browser takes tens of milliseconds for the first of each kind.
const plurals = once(() => new Intl.PluralRules(language));
const numbers = once(() => new Intl.NumberFormat(locale));

function once(make) {
  let made;
  return () => made ??= make();
}

function shown(value) {
  return typeof value === "number" ? numbers().format(value) : String(value);
}

/** Return a length or a time in a video as players show it: "0:07", "1:23", "1:02:03". */
export function clockText(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Return a date ("1998", "1998-07", "1998-07-14", "1998-07-14T12:30:05") as people write it, as precisely as it is. */
export function dateText(date, style = "long") {
  const [, year, month, day, time] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d:\d\d))?/.exec(date) ?? [];
  if (year === undefined) return date;
  if (month === undefined) return year;
  // As UTC, since it is the clock of the place where the photo was taken and no moment.
  const moment = new Date(Date.UTC(year, month - 1, day ?? 1));
  moment.setUTCFullYear(year);
  const options = day === undefined ? { year: "numeric", month: style } : { dateStyle: style === "long" ? "full" : "medium" };
  const text = dateFormat(options).format(moment);
  return time === undefined ? text : t("base.date_time", { date: text, time });
}

const dateFormats = new Map(); // made once each, since that takes long and a grid names many dates

function dateFormat(options) {
  const key = JSON.stringify(options);
  if (!dateFormats.has(key)) dateFormats.set(key, new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }));
  return dateFormats.get(key);
}
