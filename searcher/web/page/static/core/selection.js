// Which photos are selected.

/** A set of photo ids that tells its listeners (`change`) when it changes. */
export class Selection extends EventTarget {
  #ids = new Set();

  get ids() { return [...this.#ids]; }
  get size() { return this.#ids.size; }

  has(id) { return this.#ids.has(id); }

  /** Select a photo, or no longer. */
  toggle(id, selected = !this.#ids.has(id)) {
    if (selected) this.#ids.add(id);
    else this.#ids.delete(id);
    this.#changed();
  }

  /** Select these photos too. */
  add(ids) {
    for (const id of ids) this.#ids.add(id);
    this.#changed();
  }

  /** Select these photos and no others. */
  set(ids) {
    this.#ids = new Set(ids);
    this.#changed();
  }

  clear() {
    if (this.#ids.size) this.set([]);
  }

  #changed() { this.dispatchEvent(new Event("change")); }
}
