// Where faces are in the photo that the viewer shows, and whose: boxes over the picture, each of which names its face.

import { get, isReadOnly } from "../core/api.js";
import { h } from "../core/dom.js";
import { remember, remembered } from "../core/storage.js";
import { t } from "../core/strings.js";
import { say as sayInCorner, sayError } from "../core/toast.js";
import { askPerson, sayOfPeople } from "../people/saying.js";

const KEPT = "photoseek-faces"; // whether boxes are shown

/** Boxes over the frame of a `Picture`. */
export class FaceBoxes {
  #photo = null;
  #isOn = remembered(KEPT) === "shown";

  constructor(frame) {
    this.frame = frame;
    this.node = h("div", { class: "viewer-faces" });
  }

  get isOn() { return this.#isOn; }

  /** Show the boxes of a photo that the frame shows now. */
  show(photo) {
    this.#photo = photo;
    this.node.replaceChildren();
    if (this.#isOn) this.#load();
  }

  /** Show boxes, or no longer; returns which. */
  toggle() {
    this.#isOn = !this.#isOn;
    remember(KEPT, this.#isOn ? "shown" : "hidden");
    this.node.replaceChildren();
    if (this.#isOn) this.#load(true);
    return this.#isOn;
  }

  async #load(isAsked = false) {
    const photo = this.#photo;
    try {
      const { faces, regions } = await get(`/photos/${photo.id}/faces`);
      if (photo !== this.#photo || !this.#isOn) return;
      const shown = faces.filter(({ nobody }) => !nobody);
      const others = regions.filter(({ box }) => box && !shown.some((face) => isInside(face.box, box)));
      this.node.replaceChildren(...shown.map((face) => this.#face(face)), ...others.map(({ name, box }) => place(box, h("span", { class: "viewer-face-name" }, name))));
      this.frame.append(this.node);
      if (isAsked && !this.node.children.length) sayInCorner(t("viewer.faces_none"));
    } catch (error) {
      sayError(error);
    }
  }

  #face(face) {
    const name = face.name ?? t("viewer.face_unknown");
    if (isReadOnly) return place(face.box, h("span", { class: "viewer-face-name" }, name));
    // A group without a name is one person as far as is known, so the name is the whole group's.
    const isGroup = face.person !== null && face.name === null;
    const say = (said) => (isGroup ? sayOfPeople(`/people/${face.person}/name`, { name: said }, t("people.named", { name: said }), again)
      : sayOfPeople("/faces/split", { faces: [face.id], name: said }, t("people.named", { name: said }), again));
    const again = () => this.#load();
    const ask = () => askPerson(t("people.whose"), t("people.do_name"), say, face.name ?? "");
    return place(face.box, h("button", { type: "button", class: "viewer-face-name", on: { click: ask, pointerdown: (event) => event.stopPropagation() } }, name));
  }
}

function place([left, top, width, height], inside) {
  const percent = (share) => `${100 * share}%`;
  return h("div", { class: "viewer-face", style: { left: percent(left), top: percent(top), width: percent(width), height: percent(height) } }, inside);
}

/** Return whether the middle of one box lies in another: then both are of one face. */
function isInside([left, top, width, height], [x, y, across, down]) {
  const [middle, level] = [left + width / 2, top + height / 2];
  return middle >= x && middle <= x + across && level >= y && level <= y + down;
}
