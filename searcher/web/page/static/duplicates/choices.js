// Which files of each group stay. By the rule that is the first; a person may choose others, or all.

import { remember, remembered } from "../core/storage.js";

/** The choices about one look; kept while the tab is open. Event: `change`. */
export class Choices extends EventTarget {
  #kept;
  #byRule;
  #key;

  /** Take the name of the look, and how many files the rule sets aside. */
  constructor(result, filesAside) {
    super();
    this.result = result;
    this.#byRule = filesAside;
    this.#key = `duplicates-${result}`;
    this.#kept = new Map(JSON.parse(remembered(this.#key, "sessionStorage") ?? "[]")); // group → numbers of files that stay
  }

  /** Return the numbers of the files that stay. */
  of(group) { return this.#kept.get(group) ?? [0]; }

  keep(group, numbers) {
    this.#kept.set(group, numbers);
    remember(this.#key, JSON.stringify([...this.#kept]), "sessionStorage");
    this.dispatchEvent(new Event("change"));
  }

  /** How many files are set aside, in all groups: by the rule, all but one of each. */
  get aside() {
    let count = this.#byRule;
    for (const numbers of this.#kept.values()) count += 1 - numbers.length;
    return count;
  }

  asJson() { return [...this.#kept].map(([group, keep]) => ({ group, keep })); }
}
