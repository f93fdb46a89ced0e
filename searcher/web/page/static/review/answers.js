// Yes and no to one label, sent a few at a time so that a person never waits for the server.

import { send } from "../core/api.js";

const PAUSE_MS = 800;

/** Answers to a label. Events: `sent` after some were kept, `failed` (detail: the error), after which they are open again. */
export class Answers extends EventTarget {
  #label;
  #waiting = new Map(); // photo id → yes
  #timer = null;
  #sending = Promise.resolve();

  constructor(label) {
    super();
    this.#label = label;
    // A page that is left has no time to wait for one answer before it sends the next.
    addEventListener("pagehide", () => this.#send(this.#taken()));
  }

  /** Say yes or no, or null to take an answer back. */
  say(ids, yes) {
    for (const id of ids) {
      this.#waiting.delete(id); // the latest answer counts, and is sent last
      this.#waiting.set(id, yes);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), PAUSE_MS);
  }

  /** Send what waits; the promise is over when all was. */
  flush() {
    const answers = this.#taken();
    if (answers.size) this.#sending = this.#sending.then(() => this.#send(answers));
    return this.#sending;
  }

  #taken() {
    clearTimeout(this.#timer);
    const answers = this.#waiting;
    this.#waiting = new Map();
    return answers;
  }

  async #send(answers) {
    const path = `/tags/${encodeURIComponent(this.#label)}/photos`;
    const ways = [[true, "POST", path], [false, "DELETE", path], [null, "POST", `${path}/forget`]];
    try {
      await Promise.all(ways.map(([said, method, to]) => {
        const ids = [...answers].filter(([, yes]) => yes === said).map(([id]) => id);
        return ids.length ? send(method, to, { ids }) : null;
      }));
      this.dispatchEvent(new CustomEvent("sent", { detail: answers.size }));
    } catch (error) {
      this.dispatchEvent(new CustomEvent("failed", { detail: { error, ids: [...answers.keys()] } }));
    }
  }
}
