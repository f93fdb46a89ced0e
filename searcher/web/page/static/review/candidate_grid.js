// A grid of photos of which one is the current one; each is open, or has a yes or a no.

import { thumbnail } from "../core/api.js";
import { find, h, iconButton } from "../core/dom.js";
import { dateText, locale, t } from "../core/strings.js";
import { openPhotos } from "../actions/opening.js";

/** Photos to say yes or no to. Event: `answer` with detail {ids, yes}; yes is null for an answer taken back. */
export class CandidateGrid extends EventTarget {
  node = h("ul", { class: "candidates" });
  #photos = [];
  #cells = [];
  #said = new Map(); // photo id → yes, of the photos shown
  #past = []; // arrays of ids, for undo
  #at = 0;

  constructor(isReadOnly) {
    super();
    this.isReadOnly = isReadOnly;
  }

  get answered() { return this.#said.size; }
  get open() { return this.#photos.length - this.#said.size; }

  count(yes) { return [...this.#said.values()].filter((one) => one === yes).length; }

  /** Show other photos, none of them answered. */
  show(photos) {
    this.#photos = photos;
    this.#said.clear();
    this.#past = [];
    this.#at = 0;
    this.#cells = photos.map((photo, number) => this.#cell(photo, number));
    this.node.replaceChildren(...this.#cells);
  }

  focus() { this.#goTo(this.#at); }

  /** Answer the current photo, and go to the next open one. */
  answer(yes) {
    if (!this.#photos.length) return;
    this.#answer([this.#photos[this.#at].id], yes);
    this.#goToOpen();
  }

  /** Answer every open photo that the screen shows. */
  answerScreen(yes) {
    const above = find(".top-bar").offsetHeight; // a photo that this covers is not seen
    const shown = this.#photos.filter((photo, number) => {
      const { top, bottom } = this.#cells[number].getBoundingClientRect();
      return !this.#said.has(photo.id) && (top + bottom) / 2 > above && (top + bottom) / 2 < innerHeight;
    });
    if (!shown.length) return;
    this.#answer(shown.map(({ id }) => id), yes);
    this.#at = this.#photos.indexOf(shown.at(-1));
    this.#goToOpen();
  }

  /** Take the latest answer back. */
  undo() {
    const ids = this.#past.pop();
    if (!ids) return;
    this.reopen(ids);
    this.dispatchEvent(new CustomEvent("answer", { detail: { ids, yes: null } }));
    this.#goTo(this.#photos.findIndex(({ id }) => id === ids[0]));
  }

  /** Show photos as open again. */
  reopen(ids) {
    for (const id of ids) this.#said.delete(id);
    this.#photos.forEach((photo, number) => { if (ids.includes(photo.id)) this.#mark(number); });
  }

  move(step) { this.#goTo(this.#at + step); }

  moveRows(step) {
    const columns = getComputedStyle(this.node).gridTemplateColumns.split(" ").length;
    this.#goTo(this.#at + step * columns);
  }

  #answer(ids, yes) {
    for (const id of ids) this.#said.set(id, yes);
    this.#past.push(ids);
    this.#photos.forEach((photo, number) => { if (ids.includes(photo.id)) this.#mark(number); });
    this.dispatchEvent(new CustomEvent("answer", { detail: { ids, yes } }));
  }

  #goToOpen() {
    const after = this.#photos.findIndex((photo, number) => number > this.#at && !this.#said.has(photo.id));
    const any = this.#photos.findIndex((photo) => !this.#said.has(photo.id));
    this.#goTo(after >= 0 ? after : any >= 0 ? any : this.#at);
  }

  #goTo(number) {
    if (number < 0 || number >= this.#photos.length) return;
    this.#picture(this.#at).tabIndex = -1;
    this.#at = number;
    const picture = this.#picture(number);
    picture.tabIndex = 0;
    picture.focus({ preventScroll: true });
    picture.scrollIntoView({ block: "nearest" });
  }

  #picture(number) { return this.#cells[number].querySelector(".candidate-picture"); }

  #cell(photo, number) {
    const at = () => { this.#at = number; };
    return h("li", { class: "candidate" },
      h("button", { type: "button", class: "candidate-picture", tabIndex: number === 0 ? 0 : -1, "aria-label": this.#described(photo),
        on: { focus: at, click: () => openPhotos(this.#photos, photo.id) } },
      h("img", { src: thumbnail(photo, "medium"), alt: "", loading: "lazy", decoding: "async" })),
      h("span", { class: "likelihood" }, percent(photo.probability)),
      this.isReadOnly ? null : h("span", { class: "candidate-buttons" },
        iconButton("check", t("review.yes"), () => { at(); this.answer(true); }, { tabIndex: -1 }),
        iconButton("close", t("review.no"), () => { at(); this.answer(false); }, { tabIndex: -1 })));
  }

  #mark(number) {
    const photo = this.#photos[number], said = this.#said.get(photo.id);
    this.#cells[number].dataset.said = said === undefined ? "" : said ? "yes" : "no";
    this.#picture(number).setAttribute("aria-label", this.#described(photo));
  }

  #described(photo) {
    const said = this.#said.get(photo.id);
    const date = photo.date ? dateText(photo.date, "short") : t("review.undated");
    const answer = said === undefined ? "" : `, ${t(said ? "review.yes" : "review.no")}`;
    return `${t("review.photo", { date, likelihood: percent(photo.probability) })}${answer}`;
  }
}

function percent(share) {
  return new Intl.NumberFormat(locale, { style: "percent" }).format(share);
}
