// What an element of a question means, in the page's language. The server has taken the question apart.

import { dateText, t } from "../core/strings.js";

const STARS = 5;

/** Return what a chip means, in words. */
export function chipText(chip) {
  if (chip.means.length === 0) return chip.text;
  return chip.means.map(meaningText).join(", ");
}

function meaningText(meaning) {
  const text = plainText(meaning);
  if (!meaning.negated) return text;
  return meaning.key === "words" ? t("chip.without", { value: meaning.value }) : t("chip.not", { value: text });
}

function plainText({ key, value, until, km }) {
  switch (key) {
    case "on":
      if (until !== null) return t("chip.between", { value: dateText(value), until: dateText(until) });
      return t(value.length === "2019-07-14".length ? "chip.on_day" : "chip.on", { value: dateText(value) });
    case "after": case "before": return t(`chip.${key}`, { value: dateText(value) });
    case "near": return km === null ? t("chip.near", { value }) : t("chip.near_km", { value, km });
    case "is": return t(`chip.is.${value.toLowerCase()}`);
    case "has": return t(`chip.has.${value.toLowerCase()}`);
    case "rating": return Number(value) > 0 && value.length === 1 ? "★".repeat(Math.min(STARS, Number(value))) : t("chip.rating", { value });
    case "sort": return t(`chip.sort.${value}`);
    default: return t(`chip.${key}`, { value });
  }
}
