// How the window stands and moves over a grid: its place, its speed, and what covers its edges.

import { find } from "../core/dom.js";

const FAST = 4; // windows a second: nobody sees photos that pass as quickly
const REST_MS = 120; // without a scroll event

/** The window over `host`. `moved()` is called once a frame in which it moves, `rested()` when it stands again. */
export class Scrolling {
  #host;
  #moved;
  #rested;
  #last = { at: 0, y: 0 };
  #frame = 0;
  #rest = 0;
  isFast = false;

  constructor(host, { moved, rested }) {
    this.#host = host;
    this.#moved = moved;
    this.#rested = rested;
    addEventListener("scroll", () => this.#schedule(), { passive: true });
    addEventListener("pageshow", (event) => event.persisted && this.#schedule());
  }

  #schedule() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame((now) => {
      this.#frame = 0;
      const { at, y } = this.#last;
      const speed = Math.abs(scrollY - y) / Math.max(1, now - at) * 1000 / innerHeight;
      this.#last = { at: now, y: scrollY };
      this.isFast = now - at < REST_MS && speed > FAST;
      clearTimeout(this.#rest);
      this.#rest = setTimeout(() => this.#settle(), REST_MS);
      this.#moved();
    });
  }

  #settle() {
    this.isFast = false;
    this.#rested();
  }

  /** Return the y of the grid's top in the page. */
  get top() { return this.#host.getBoundingClientRect().top + scrollY; }

  /** Return the y in the window where photos begin to be seen, below what sticks to its top. */
  get edge() { return find(".top-bar")?.offsetHeight ?? 0; }

  /** Return the px at the window's bottom that something covers. */
  get bottomCover() {
    const bar = find(".side-bar");
    return bar && getComputedStyle(bar).position === "fixed" ? bar.offsetHeight : 0;
  }

  /** Return how many px of the window's height show photos. */
  get room() { return innerHeight - this.edge - this.bottomCover; }

  /** Return the y in the grid of the first visible line. */
  get scrolled() { return scrollY + this.edge - this.top; }

  /** Scroll so that a y of the grid is the first visible line. */
  scrollTo(y) { scrollTo(0, y - this.edge + this.top); }
}
