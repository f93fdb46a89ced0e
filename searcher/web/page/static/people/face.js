// Pictures of faces: a square part of the photo's thumbnail, with some room around the face.

import { thumbnail } from "../core/api.js";
import { h } from "../core/dom.js";

const ROOM = 1.7; // times the face's longer side
const COARSE = 0.22; // of the photo's shorter side: a smaller part needs the large thumbnail

/** Return the picture of a face (as GET /people/ID/faces has it), or an empty place for null. */
export function faceImage(face, alt = "") {
  if (face === null) return h("span", { class: "face" });
  const { ratio } = face.photo;
  const [left, top, width, height] = face.box;
  // In units of the photo's height.
  const side = Math.min(ROOM * Math.max(width * ratio, height), ratio, 1);
  const x = within((left + width / 2) * ratio - side / 2, ratio - side);
  const y = within(top + height / 2 - side / 2, 1 - side);
  const size = side / Math.min(ratio, 1) < COARSE ? "large" : "medium";
  const percent = (share) => `${(100 * share) / side}%`;
  return h("span", { class: "face" }, h("img", { alt, src: thumbnail(face.photo, size), loading: "lazy", decoding: "async", draggable: false,
    style: { width: percent(ratio), height: percent(1), left: percent(-x), top: percent(-y) } }));
}

function within(value, most) {
  return Math.min(Math.max(0, value), Math.max(0, most));
}
