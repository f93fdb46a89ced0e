// Groups of photos, a page at a time; the first look at all photos takes a while, which is waited for.

import { get } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";

const LOOK_EVERY_MS = 1000;
const AGAIN_MS = 5000; // after a page that could not be asked for
const AT_ONCE = 30;

/** Return what a look at all photos found: {result, outdated, total, files_aside, groups}. `waiting` is called meanwhile. */
export async function found(kind, waiting, again = false) {
  let answer = await get(`/${kind}`, { limit: AT_ONCE, again: again || null });
  while (answer.looking) {
    waiting();
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    answer = await get(`/${kind}`, { limit: AT_ONCE });
  }
  return answer;
}

/** Show groups below each other, and more of them as the end comes near. `shown` makes the node of a group. */
export function showGroups(kind, first, shown, list) {
  let offset = 0;
  const end = h("div", { class: "groups-end" });
  const add = (groups) => {
    offset += groups.length;
    list.append(...groups.map(shown));
  };
  add(first.groups);
  list.after(end);
  const watch = new IntersectionObserver(async ([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    watch.unobserve(end);
    try {
      const { groups } = await get(`/${kind}`, { offset, limit: AT_ONCE });
      add(groups);
      if (groups.length) watch.observe(end);
    } catch (error) {
      sayError(error);
      setTimeout(() => watch.observe(end), AGAIN_MS);
    }
  }, { rootMargin: "1200px" });
  if (offset < first.total) watch.observe(end);
}

/** Return the line about a look: that it goes on, or is of before a change. */
export function lookAgain(answer, again) {
  return answer.outdated ? h("p", { class: "note" }, t("groups.outdated"), " ",
    h("button", { type: "button", class: "text-button", on: { click: again } }, t("groups.again"))) : null;
}
