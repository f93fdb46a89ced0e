// A text field that offers what begins with, or holds, what is typed (ARIA's combobox with a listbox).

import { h } from "../core/dom.js";
import { t } from "../core/strings.js";

const MOST_SHOWN = 8;
let made = 0;

/**
 * Return a field: {node, input}. `asked` is a promise of [{text, note}] to offer, a note such as a count beside each:
 * what is typed until it has come is not lost.
 */
export function completed(label, asked) {
  const id = `completion-${made += 1}`;
  const list = h("ul", { class: "completion-list", role: "listbox", id, "aria-label": t("asking.known"), hidden: true });
  const input = h("input", { class: "field", type: "text", autocomplete: "off", spellcheck: false, role: "combobox",
    "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" });
  let known = [];
  let at = -1;
  asked.then((all) => {
    known = all;
    if (document.activeElement === input) show();
  });

  const show = () => {
    const typed = input.value.trim().toLocaleLowerCase();
    const found = known.filter(({ text }) => text.toLocaleLowerCase().includes(typed));
    found.sort((a, b) => starts(b, typed) - starts(a, typed));
    at = -1;
    list.replaceChildren(...found.slice(0, MOST_SHOWN).map(({ text, note }, number) => h("li", {
      role: "option", id: `${id}-${number}`, "aria-selected": "false", data: { text },
      on: { click: () => { input.focus(); take(text); } },
    }, h("span", {}, text), note === undefined ? null : h("span", { class: "note" }, t("asking.photos", { count: note })))));
    open(list.children.length > 0);
  };
  const open = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  };
  const take = (text) => { input.value = text; open(false); };
  const move = (step) => {
    if (list.hidden) show();
    const options = [...list.children];
    if (!options.length) return;
    at = (at + step + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    options[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[at].id);
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // the keys are those of an input method, as for Japanese
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(at < 0 ? 0 : -1);
    else if (event.key === "Enter" && !list.hidden && at >= 0) take(list.children[at].dataset.text);
    else if (event.key === "Escape" && !list.hidden) open(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const node = h("div", { class: "completion" }, h("label", { class: "asking-field" }, h("span", {}, label), input), list);
  return { node, input };
}

function starts(one, typed) {
  return Number(one.text.toLocaleLowerCase().startsWith(typed));
}
