// The search box of every view: a combobox (WAI-ARIA 1.2) with recent questions and what the server suggests.

import { get } from "../core/api.js";
import { find, h, icon } from "../core/dom.js";
import { t } from "../core/strings.js";
import { addressOfLine } from "./address.js";
import { forgetQuestions, recentQuestions } from "./recent.js";

const WAIT_MS = 60; // after a key, before the server is asked
const MOST_RECENT = 5;
const ICONS = { recent: "on_this_day", key: "search", tag: "tags", album: "albums", place: "places", folder: "folders" };

const input = find("#search-input");
const list = h("ul", { id: "search-suggestions", role: "listbox", "aria-label": t("suggest.label") });
const forget = h("button", { type: "button", class: "text-button", on: { click: forgetAll } }, t("suggest.forget"));
const popup = h("div", { class: "suggestions", hidden: true }, list, forget);
let shown = []; // of {kind, text, line, photos}
let active = -1;
let asking = null; // stops the request in flight
let timer = 0;

/** Make a combobox of the search box. */
export function mountSearchBox() {
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", "aria-haspopup": "listbox",
  })) input.setAttribute(name, value);
  input.form.append(popup);
  input.addEventListener("input", ask);
  input.addEventListener("focus", ask);
  input.addEventListener("keydown", onKey);
  input.form.addEventListener("submit", close);
  input.form.addEventListener("focusout", ({ relatedTarget }) => { if (!input.form.contains(relatedTarget)) close(); });
  popup.addEventListener("pointerdown", (event) => { if (event.target !== forget) event.preventDefault(); }); // keeps the focus
}

function ask() {
  clearTimeout(timer);
  const line = typedLine();
  show(recent(line));
  timer = setTimeout(async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const { suggestions } = await get("/suggestions", { q: line }, asking.signal);
      if (document.activeElement === input && typedLine() === line) show([...recent(line), ...suggestions]);
    } catch { /* the box works without suggestions */ }
  }, WAIT_MS);
}

/** Return the line up to the cursor: what stands behind it stays. */
function typedLine() {
  return input.value.slice(0, input.selectionStart ?? input.value.length);
}

function recent(line) {
  const typed = line.trim().toLocaleLowerCase();
  return recentQuestions().filter((one) => one.toLocaleLowerCase().startsWith(typed) && one !== line.trim())
    .slice(0, MOST_RECENT).map((one) => ({ kind: "recent", text: one, line: one, photos: null }));
}

/** Show what may be typed next. */
function show(suggestions) {
  shown = suggestions;
  active = -1;
  list.replaceChildren(...suggestions.map(option));
  forget.hidden = !suggestions.some(({ kind }) => kind === "recent");
  const isOpen = suggestions.length > 0 && document.activeElement === input;
  popup.hidden = !isOpen;
  input.setAttribute("aria-expanded", String(isOpen));
  input.removeAttribute("aria-activedescendant");
}

function option(suggestion, index) {
  const { kind, text, photos } = suggestion;
  return h("li", { id: `search-suggestion-${index}`, role: "option", "aria-selected": "false", on: { click: () => take(suggestion) } },
    icon(ICONS[kind] ?? "search"), h("span", { class: "suggestion-text" }, text),
    h("span", { class: "note" }, photos === null ? t(`suggest.kind.${kind}`) : t("suggest.counted", { kind: t(`suggest.kind.${kind}`), count: photos })));
}

function onKey(event) {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (popup.hidden) return void ask();
    event.preventDefault();
    // Past either end is the line itself.
    const step = event.key === "ArrowDown" ? 1 : -1;
    active = active + step < -1 ? shown.length - 1 : active + step >= shown.length ? -1 : active + step;
    [...list.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === active)));
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter" && active >= 0 && !popup.hidden) {
    event.preventDefault();
    take(shown[active]);
  } else if (event.key === "Escape" && !popup.hidden) {
    event.preventDefault(); // of a search field, which would empty it
    event.stopPropagation();
    close();
  }
}

function take({ kind, line }) {
  if (kind === "recent") {
    location.href = addressOfLine(line);
    return;
  }
  const behind = input.value.slice(typedLine().length).trimStart();
  input.value = line + behind;
  input.setSelectionRange(line.length, line.length);
  input.focus();
  ask();
}

function close() {
  clearTimeout(timer);
  asking?.abort();
  popup.hidden = true;
  active = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function forgetAll() {
  forgetQuestions();
  input.focus();
  ask();
}
