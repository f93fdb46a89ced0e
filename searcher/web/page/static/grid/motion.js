// Motion photos move under the pointer.

import { get, motion } from "../core/api.js";
import { h } from "../core/dom.js";

const RESTS_MS = 300; // a pointer that stays for less only passes
const moving = new Map(); // by id, whether there is a video beside the photo: the grid knows only of those inside

/** Play the video of a motion photo over a node while the pointer rests on it; `photoOf` returns the node's photo. */
export function moveUnderPointer(node, photoOf) {
  let timer = 0, video = null;
  const end = () => {
    clearTimeout(timer);
    video?.remove();
    video = null;
  };
  node.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "mouse" || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const photo = photoOf();
    clearTimeout(timer);
    if (photo && photo.kind !== "video" && photo.kind !== "raw") timer = setTimeout(() => begin(photo), RESTS_MS);
  });
  node.addEventListener("pointerleave", end);
  node.addEventListener("click", end);

  async function begin(photo) {
    if (!(await hasMotion(photo)) || photo !== photoOf() || !node.matches(":hover")) return;
    end();
    video = h("video", { class: "cell-motion", muted: true, loop: true, playsInline: true, disablePictureInPicture: true, src: motion(photo) });
    video.addEventListener("playing", () => video?.classList.add("is-loaded"));
    video.addEventListener("error", end);
    node.append(video);
    video.play().catch(() => {}); // as when it was taken away meanwhile
  }
}

async function hasMotion(photo) {
  if (photo.kind === "motion") return true;
  if (!moving.has(photo.id)) moving.set(photo.id, get(`/photos/${photo.id}`).then((facts) => facts.motion ?? false, () => false));
  return moving.get(photo.id);
}
