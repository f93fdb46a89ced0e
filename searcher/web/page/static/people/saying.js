// What is said of people: each says in a corner what was done, and offers to undo it.

import { get, send } from "../core/api.js";
import { h } from "../core/dom.js";
import { openDialog } from "../core/dialog.js";
import { t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";
import { completed } from "../actions/completion.js";

/**
 * Say something of people; `changed` is called when it was said, and when it was taken back. Where a photo would show
 * one person twice, that is asked first. Returns the answer, or null if nothing was said.
 */
export async function sayOfPeople(path, body, text, changed = () => {}) {
  try {
    const answer = await send("POST", path, body);
    say(text, { undo: answer.undo, undone: changed });
    changed();
    return answer;
  } catch (error) {
    if (error.kind === "name-taken" && !body.same_person_twice) askTwice(() => sayOfPeople(path, { ...body, same_person_twice: true }, text, changed));
    else sayError(error);
    return null;
  }
}

function askTwice(sayIt) {
  const dialog = openDialog(t("people.twice_title"), h("p", {}, t("people.twice")),
    h("div", { class: "asking-buttons" },
      h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, t("people.twice_no")),
      h("button", { type: "button", class: "button button-main", on: { click: () => { dialog.close(); sayIt(); } } }, t("people.twice_yes"))));
}

/** Ask for a person's name, one that is known or a new one; `take` is called with it. */
export function askPerson(title, button, take, name = "") {
  const known = get("/people").then(({ people, named_in_files: others }) => [...people, ...others].map((one) => ({ text: one.name, note: one.photos })));
  const field = completed(t("people.name"), known.catch(() => [])); // a name can still be typed
  field.input.value = name;
  field.input.maxLength = 200;
  const dialog = openDialog(title, h("form", { class: "asking", on: { submit: (event) => {
    event.preventDefault();
    const typed = field.input.value.trim();
    if (!typed) return field.input.focus();
    dialog.close();
    take(typed);
  } } }, field.node, h("div", { class: "asking-buttons" }, h("button", { type: "submit", class: "button button-main" }, button))));
  field.input.focus();
  field.input.select();
}

/** Ask for a name for a person or a group, and give it. */
export function namePerson(person, changed) {
  askPerson(t(person.name ? "people.rename" : "people.give_name"), t("people.do_name"), (name) =>
    sayOfPeople(`/people/${person.id}/name`, { name }, t("people.named", { name }), changed), person.name ?? "");
}

/** Leave a person out of lists, or no longer. */
export function ignorePerson(person, changed, isIgnored = true) {
  return sayOfPeople(`/people/${person.id}/ignore`, { ignored: isIgnored }, t(isIgnored ? "people.ignored_now" : "people.listed_again"), changed);
}
