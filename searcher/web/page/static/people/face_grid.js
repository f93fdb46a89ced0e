// The faces of one person. Some can be chosen, and said to be the person's, somebody else's or nobody's.

import { get, isReadOnly } from "../core/api.js";
import { find, h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { showTrouble } from "../core/trouble.js";
import { addressOfLine } from "../search/address.js";
import { faceImage } from "./face.js";
import { askPerson, sayOfPeople } from "./saying.js";

const AT_ONCE = 200;

export class FaceGrid {
  #faces = [];
  #chosen = new Set();
  #next = null;

  constructor(host, person) {
    this.host = host;
    this.person = person;
    this.list = h("ul", { class: "face-grid" });
    this.more = h("button", { type: "button", class: "button", hidden: true, on: { click: () => this.#read(this.#next) } }, t("people.more_faces"));
    this.bar = h("div", { class: "action-bar", role: "toolbar", "aria-label": t("people.chosen_label"), hidden: true });
    host.replaceChildren(h("p", { class: "note" }, t(isReadOnly ? "people.faces_read_only" : "people.faces_note")), this.list, this.more);
    document.body.append(this.bar);
  }

  /** Show the first faces. */
  async load() {
    this.#faces = [];
    this.#chosen.clear();
    this.list.replaceChildren();
    this.#showBar();
    await this.#read(0);
  }

  async #read(after) {
    try {
      const { faces, next, person } = await get(`/people/${this.person.id}/faces`, { limit: AT_ONCE, after });
      this.#faces.push(...faces);
      this.#next = next;
      this.more.hidden = next === null;
      this.list.append(...faces.map((face) => this.#cell(face)));
      find("#count").textContent = t("people.count", { count: person.faces, confirmed: person.confirmed });
    } catch (error) {
      showTrouble(this.host, error, () => location.reload());
    }
  }

  #cell(face) {
    const said = t(face.confirmed ? "people.said_by_you" : "people.by_likeness");
    const quality = face.grade === "good" ? null : t(`people.grade_${face.grade}`);
    const label = [t("people.face", { number: face.id }), said, quality].filter(Boolean).join(", ");
    const picture = faceImage(face);
    const choose = isReadOnly ? h("span", { class: "face-choice" }, picture)
      : h("button", { type: "button", class: "face-choice", "aria-pressed": "false", "aria-label": label, on: { click: () => this.#toggle(face, choose) } }, picture);
    return h("li", { class: "face-cell" }, choose,
      h("a", { class: "note", href: `${addressOfLine(`person:${this.person.name ?? ""}`)}&photo=${face.photo.id}`, hidden: this.person.name === null }, t("people.open_photo")),
      h("span", { class: "note" }, said));
  }

  #toggle(face, choose) {
    const isChosen = !this.#chosen.delete(face.id);
    if (isChosen) this.#chosen.add(face.id);
    choose.setAttribute("aria-pressed", String(isChosen));
    this.#showBar();
  }

  #showBar() {
    const count = this.#chosen.size;
    this.bar.hidden = count === 0;
    const button = (text, run) => h("button", { type: "button", class: "button", on: { click: run } }, text);
    this.bar.replaceChildren(h("span", {}, t("people.chosen", { count })),
      button(t("people.are_right"), () => this.#say(`/people/${this.person.id}/confirm`, {}, "people.said_right")),
      button(t("people.are_other"), () => this.#say("/faces/split", {}, "people.said_other")),
      button(t("people.are_somebody"), () => askPerson(t("people.whose"), t("people.do_name"), (name) => this.#say("/faces/split", { name }, "people.said_other"))),
      button(t("people.are_none"), () => this.#say("/faces/nobody", {}, "people.said_none")));
  }

  #say(path, body, said) {
    const faces = [...this.#chosen];
    return sayOfPeople(path, { faces, ...body }, t(said, { count: faces.length }), () => this.load());
  }
}
