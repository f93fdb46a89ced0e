// One question at a time: are these faces this person's? One key each answers, and one takes the answer back.

import { get } from "../core/api.js";
import { find, h } from "../core/dom.js";
import { bindKeys } from "../core/keys.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { faceImage } from "./face.js";
import { sayOfPeople } from "./saying.js";

const MOST_FACES = 12; // of one question that are shown
const AT_ONCE = 20; // questions
const SETTLED_MS = 1200;

/** Ask in `host`, until nothing is left; `answered` is called after each answer and when one was taken back. */
export class Questions {
  #open = [];
  #skipped = new Set(); // until the page is loaded again

  constructor(host, answered) {
    this.host = host;
    this.answered = answered;
    bindKeys([
      { key: "y", text: "people.key_yes", run: () => this.answer(true) },
      { key: "n", text: "people.key_no", run: () => this.answer(false) },
      { key: "s", text: "people.key_skip", run: () => this.skip() },
      { key: "u", text: "people.key_undo", run: () => find("#toasts .text-button")?.click() },
    ]);
  }

  async load() {
    const { suggestions } = await get("/people/suggestions", { limit: AT_ONCE });
    this.#open = suggestions.filter((one) => !this.#skipped.has(key(one)));
    this.#show();
  }

  async answer(isYes) {
    const [asked] = this.#open;
    if (!asked || this.isBusy) return;
    this.isBusy = true;
    const faces = asked.faces.map(({ id }) => id);
    const name = nameOf(asked.person);
    let isSaid = false;
    const changed = () => {
      if (isSaid) this.load().catch(sayError); // it was taken back, so it is asked again
      else if (this.#open[0] === asked) this.#next();
      isSaid = true;
      clearTimeout(this.timer); // the lists below follow once nobody answers for a moment
      this.timer = setTimeout(this.answered, SETTLED_MS);
    };
    await sayOfPeople(`/people/${asked.person.id}/${isYes ? "confirm" : "refuse"}`, { faces },
      t(isYes ? "people.confirmed" : "people.refused", { count: faces.length, name }), changed);
    this.isBusy = false;
  }

  skip() {
    const [asked] = this.#open;
    if (!asked || this.isBusy) return;
    this.#skipped.add(key(asked));
    this.#next();
  }

  #next() {
    this.#open.shift();
    if (this.#open.length) this.#show();
    else this.load().catch(sayError);
  }

  #show() {
    const [asked] = this.#open;
    this.host.hidden = !asked;
    if (!asked) return this.host.replaceChildren();
    const name = nameOf(asked.person);
    const button = (text, run, isMain) => h("button", { type: "button", class: isMain ? "button button-main" : "button", on: { click: run } }, text);
    return this.host.replaceChildren(
      h("h2", {}, t("people.question", { count: asked.faces.length, name })),
      h("div", { class: "question" },
        h("div", { class: "question-faces" }, asked.faces.slice(0, MOST_FACES).map((face) => faceImage(face, t("people.face_asked")))),
        h("div", { class: "question-person" }, faceImage(asked.person.cover, name), h("span", { class: "person-name" }, name))),
      h("div", { class: "question-buttons" }, button(t("people.yes"), () => this.answer(true), true),
        button(t("people.no"), () => this.answer(false)), button(t("people.skip"), () => this.skip())),
      h("p", { class: "note" }, t("people.keys")));
  }
}

function nameOf(person) {
  return person.name ?? t("people.group", { number: person.id });
}

function key(asked) {
  return `${asked.person.id}:${asked.faces.map(({ id }) => id).join(",")}`;
}
