// How the page looks on this device: its theme and its language. And on a phone, the views that have no room below.

import { openDialog } from "./dialog.js";
import { find, h } from "./dom.js";
import { showKeys } from "./keys.js";
import { remember, remembered } from "./storage.js";
import { language, t } from "./strings.js";

const THEME = "photoseek-theme";
const LANGUAGE_COOKIE = "photoseek-language";
const YEAR_S = 31536000;

function setTheme(theme) {
  remember(THEME, theme === "system" ? null : theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function setLanguage(code) {
  document.cookie = `${LANGUAGE_COOKIE}=${code}; path=/; samesite=strict; max-age=${code ? YEAR_S : 0}`;
  location.reload();
}

/** Ask for theme and language. */
function showDisplay() {
  const current = document.documentElement.dataset.theme ?? "system";
  const themes = ["system", "light", "dark"].map((theme) => h("label", { class: "choice" },
    h("input", { type: "radio", name: "theme", value: theme, checked: theme === current, on: { change: () => setTheme(theme) } }),
    h("span", {}, t(`display.${theme}`))));
  const isChosen = document.cookie.split("; ").some((one) => one.startsWith(`${LANGUAGE_COOKIE}=`));
  const select = h("select", { class: "field", id: "language", on: { change: () => setLanguage(select.value) } },
    h("option", { value: "", selected: !isChosen }, t("display.browsers_language")),
    document.body.dataset.languages.split(" ").map((code) => h("option", { value: code, lang: code, selected: isChosen && code === language },
      new Intl.DisplayNames([code], { type: "language" }).of(code))));
  const dialog = openDialog(t("display.title"),
    h("fieldset", { class: "choices" }, h("legend", {}, t("display.theme")), themes),
    h("p", { class: "stack" }, h("label", { for: "language" }, t("display.language")), select),
    h("button", { type: "button", class: "button", on: { click: () => { dialog.close(); showKeys(); } } }, t("keys.title")));
}

/** Show the views that a phone's bar has no room for. */
function showMore() {
  const links = [...document.querySelectorAll(".side-bar li.is-secondary > a")].map((link) => h("li", {}, link.cloneNode(true)));
  openDialog(t("navigation.more"), h("ul", { class: "more-views" }, links));
}

/** Let the top bar's button and the phone's “more” work. */
export function mountDisplay() {
  find("#display-button")?.addEventListener("click", showDisplay);
  find("#more-button")?.addEventListener("click", showMore);
}
