// A picture that the model makes of a question's words where no photo fits: to look at, and to search by.

import { address, get, isReadOnly, send } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { askByPicture } from "./pictures.js";

const LOOK_EVERY_MS = 1000;

/** Return a button that begins, and what it shows; null where there are no words, or nothing may be started. */
export function offerToImagine(words) {
  if (isReadOnly || !words) return null;
  const shown = h("div", { class: "imagined", role: "status" });
  const begin = h("button", { type: "button", class: "button", on: { click: () => imagine(words, begin, shown) } }, t("imagine.begin"));
  return h("div", { class: "imagine" }, begin, h("p", { class: "note" }, t("imagine.note")), shown);
}

async function imagine(words, begin, shown) {
  begin.disabled = true;
  shown.replaceChildren(h("p", { class: "note" }, t("imagine.begun")));
  try {
    const { number } = await send("POST", "/tasks", { kind: "imagine", words });
    await follow(number, words, shown);
  } catch (error) {
    shown.replaceChildren(h("p", {}, error.message));
    sayError(error);
  }
  begin.disabled = false;
}

/** Show the picture as it becomes, and what can be done with it in the end. */
async function follow(number, words, shown) {
  const stop = h("button", { type: "button", class: "button", on: { click: () => send("POST", `/tasks/${number}/stop`).catch(sayError) } }, t("tasks.stop"));
  const said = h("p", { class: "note" }, t("imagine.begun"));
  shown.replaceChildren(said, stop);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    if (!shown.isConnected) return; // another question is asked; the task goes on
    const task = (await get("/tasks")).tasks.find((one) => one.number === number);
    if (task === undefined || task.state === "failed") throw new Error(task?.lines.at(-1) ?? t("tasks.failed"));
    const picture = await pictureOf(number);
    if (task.state !== "running") {
      if (picture === null) shown.replaceChildren();
      else shown.replaceChildren(drawn(picture, words), h("button", { type: "button", class: "button", on: { click: () => askByPicture(picture) } }, t("imagine.search")));
      return;
    }
    said.textContent = task.lines.at(-1) ?? t("imagine.begun");
    if (picture !== null) shown.replaceChildren(drawn(picture, words), said, stop);
  }
}

/** Return the picture so far; null: there is none yet. */
async function pictureOf(number) {
  const response = await fetch(address(`/tasks/${number}/picture`)).catch(() => null);
  return response?.ok ? response.blob() : null;
}

function drawn(picture, words) {
  const source = URL.createObjectURL(picture);
  return h("img", { src: source, alt: t("imagine.picture", { words }), on: { load: () => URL.revokeObjectURL(source) } });
}
