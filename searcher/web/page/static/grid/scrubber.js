// The strip at the right edge that leads through the years: a month is as long on it as in the grid.

import { find, h } from "../core/dom.js";
import { t } from "../core/strings.js";

const YEAR_ROOM = 18; // px that the name of a year needs
const DOT_ROOM = 6; // px between the dots of months
const SHOWN_MS = 1200; // that the handle stays on a phone after scrolling

/** Put a scrubber beside a grid. */
export function mountScrubber(grid, parent = find("main")) {
  new Scrubber(grid, parent);
}

class Scrubber {
  #grid;
  #hide = 0;

  constructor(grid, parent) {
    this.#grid = grid;
    this.here = h("div", { class: "scrubber-here" });
    this.label = h("div", { class: "scrubber-label", hidden: true });
    this.marks = h("div", {});
    this.node = h("div", { class: "scrubber", role: "slider", tabIndex: 0, "aria-orientation": "vertical", "aria-label": t("grid.scrubber"),
      "aria-valuemin": "0" }, this.marks, this.here, this.label);
    this.node.addEventListener("pointerdown", (event) => this.#press(event));
    this.node.addEventListener("pointermove", (event) => this.#move(event));
    this.node.addEventListener("pointerleave", () => this.#leave());
    for (const end of ["pointerup", "pointercancel"]) this.node.addEventListener(end, () => this.#release());
    this.node.addEventListener("keydown", (event) => this.#key(event));
    parent.append(this.node);
    grid.addEventListener("change", () => this.#draw());
    grid.addEventListener("scroll", () => this.#follow());
    addEventListener("resize", () => this.#draw());
    this.#draw();
  }

  get length() { return this.node.clientHeight; }

  /** Return how far the window can scroll through the grid, in px. */
  get #way() { return Math.max(1, this.#grid.height - innerHeight + this.#grid.edge); }

  #draw() {
    const { sections, height } = this.#grid;
    this.node.hidden = sections.length < 2 || height < 2 * innerHeight;
    if (this.node.hidden) return;
    const marks = [];
    let free = -Infinity, dotted = -Infinity, year = null;
    for (const section of sections) {
      const at = section.top / height * this.length;
      const name = /^\d{4}/.exec(section.key)?.[0] ?? null;
      if (name !== null && name !== year && at >= free) {
        marks.push(h("span", { class: "scrubber-year", style: { top: `${Math.min(this.length - YEAR_ROOM / 2, Math.max(YEAR_ROOM / 2, at))}px` } }, name));
        free = at + YEAR_ROOM;
        dotted = at + YEAR_ROOM / 2;
      } else if (at >= dotted + DOT_ROOM && at >= free - YEAR_ROOM / 2 + DOT_ROOM) {
        marks.push(h("span", { class: "scrubber-dot", style: { top: `${at}px` } }));
        dotted = at;
      }
      year = name;
    }
    // A dot that a year's name covers is left out.
    const years = marks.filter((mark) => mark.className === "scrubber-year").map((mark) => parseFloat(mark.style.top));
    this.marks.replaceChildren(...marks.filter((mark) => mark.className === "scrubber-year" ||
      years.every((top) => Math.abs(top - parseFloat(mark.style.top)) > YEAR_ROOM / 2)));
    this.node.setAttribute("aria-valuemax", sections.length - 1);
    this.#follow();
  }

  #follow() {
    const grid = this.#grid;
    if (this.node.hidden || !grid.sections.length) return;
    const y = Math.min(Math.max(0, grid.scrolled), this.#way);
    this.here.style.top = `${y / this.#way * this.length}px`;
    const at = this.#sectionAt(Math.max(0, grid.scrolled));
    this.node.setAttribute("aria-valuenow", at);
    this.node.setAttribute("aria-valuetext", grid.sections[at].title ?? "");
    this.node.classList.add("is-scrolling");
    clearTimeout(this.#hide);
    this.#hide = setTimeout(() => this.node.classList.remove("is-scrolling"), SHOWN_MS);
  }

  #sectionAt(y) {
    const { sections } = this.#grid;
    const next = sections.findIndex((section) => section.top > y);
    return (next < 0 ? sections.length : next) - 1;
  }

  #yOf(event) {
    const part = (event.clientY - this.node.getBoundingClientRect().top) / this.length;
    return Math.min(1, Math.max(0, part)) * this.#way;
  }

  #press(event) {
    if (event.button !== 0) return;
    this.node.setPointerCapture(event.pointerId);
    this.node.classList.add("is-used");
    this.#grid.scrollTo(this.#yOf(event));
    this.#say(event);
  }

  #move(event) {
    if (this.node.hasPointerCapture(event.pointerId)) this.#grid.scrollTo(this.#yOf(event));
    this.#say(event);
  }

  #say(event) {
    const top = Math.min(this.length, Math.max(0, event.clientY - this.node.getBoundingClientRect().top));
    this.label.style.top = `${top}px`;
    this.label.textContent = this.#grid.sections[this.#sectionAt(this.#yOf(event))]?.title ?? "";
    this.label.hidden = false;
  }

  #leave() {
    if (!this.node.classList.contains("is-used")) this.label.hidden = true;
  }

  #release() {
    this.node.classList.remove("is-used");
    this.label.hidden = true;
  }

  #key(event) {
    const { sections } = this.#grid;
    const at = this.#sectionAt(Math.max(0, this.#grid.scrolled));
    const yearOf = (index) => sections[index]?.key.slice(0, 4);
    const ofYear = (year) => sections.findIndex((_, index) => yearOf(index) === year);
    const target = {
      ArrowDown: () => at + 1, ArrowRight: () => at + 1, ArrowUp: () => at - 1, ArrowLeft: () => at - 1,
      PageDown: () => { const next = sections.findIndex((_, index) => index > at && yearOf(index) !== yearOf(at)); return next < 0 ? sections.length - 1 : next; },
      PageUp: () => ofYear(yearOf(Math.max(0, ofYear(yearOf(at)) - 1))), Home: () => 0, End: () => sections.length - 1,
    }[event.key]?.();
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#grid.scrollTo(sections[Math.min(sections.length - 1, Math.max(0, target))].top);
  }
}
