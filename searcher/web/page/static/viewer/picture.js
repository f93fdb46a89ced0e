// The picture in the viewer: first what the grid has, then a larger one, and when enlarged the original.

import { motion, original, thumbnail } from "../core/api.js";
import { h } from "../core/dom.js";
import { outlines } from "../core/outlines.js";
import { t } from "../core/strings.js";

// What every browser shows; of other formats, the large thumbnail is the best there is.
const SHOWN_BY_BROWSERS = new Set(["JPEG", "MPO", "PNG", "GIF", "WEBP", "AVIF", "BMP"]);
const CLOSEST = 8; // times the size at which the whole photo is seen
const DOUBLE = 2.5; // what a double click enlarges to
const WANTS_ORIGINAL = 1.3;
const CLICKED_PX = 8; // a pointer that moves less than this has only clicked
const SWIPED = 0.16; // of the width, to go to the next photo

/** A photo that is zoomed and dragged. Events: `swipe` (detail -1 or 1), `away` (dragged down), `zoom`. */
export class Picture extends EventTarget {
  #photo = null;
  #format = null;
  #scale = 1;
  #x = 0; // px from the middle of the stage
  #y = 0;
  #pointers = new Map();
  #began = null;
  #ahead = []; // images that load what comes next

  constructor() {
    super();
    this.frame = h("div", { class: "viewer-frame" });
    this.node = h("div", { class: "viewer-stage" }, this.frame);
    this.node.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.node.addEventListener("dblclick", (event) => !isPlayer(event.target) && this.toggleZoom({ x: event.clientX, y: event.clientY }));
    this.node.addEventListener("pointerdown", (event) => this.#press(event));
    this.node.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) this.node.addEventListener(end, (event) => this.#release(event));
    new ResizeObserver(() => this.#fit()).observe(this.node);
  }

  /** Show a photo; `text` describes it. */
  show(photo, text) {
    const isSame = photo.id === this.#photo?.id && photo.hash === this.#photo.hash;
    this.#photo = photo;
    if (isSame) return;
    this.#format = null;
    this.frame.replaceChildren();
    this.#fit();
    this.#zoomTo(1);
    this.#addLayer(thumbnail(photo, "medium"), text);
    this.#addLayer(thumbnail(photo, "large"), "");
    if (photo.read?.length) this.#outline(photo.read);
    if (photo.kind === "video") this.#play(original(photo), text, photo.atS ?? 0);
  }

  /** Play a video from a second on; where the browser can't, its poster stays, and a sentence says so. */
  #play(address, text, startS) {
    const video = h("video", { class: "viewer-video", controls: true, playsInline: true, preload: "metadata", "aria-label": text, src: address });
    video.addEventListener("loadedmetadata", () => { video.currentTime = startS; });
    video.addEventListener("loadeddata", () => video.classList.add("is-loaded"));
    video.addEventListener("error", () => {
      if (!video.isConnected) return;
      video.replaceWith(h("p", { class: "viewer-note", role: "status" }, t("viewer.cannot_play")));
    });
    this.frame.append(video);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) video.play().catch(() => {}); // a browser may want a click first
  }

  /** Play a video or pause it; play a motion photo. Return whether there is anything to play. */
  togglePlaying() {
    const video = this.frame.querySelector("video");
    if (!video) return false;
    if (video.paused) video.play().catch(() => {});
    else video.pause();
    return true;
  }

  /** Show a motion photo's video once, over the photo. */
  move() {
    const video = h("video", { class: "viewer-video is-motion", muted: true, playsInline: true, src: motion(this.#photo) });
    this.frame.querySelector(".is-motion")?.remove();
    video.addEventListener("playing", () => video.classList.add("is-loaded"));
    for (const end of ["ended", "error"]) video.addEventListener(end, () => video.remove());
    this.frame.append(video);
    video.play().catch(() => {});
  }

  /** Show where words of the question can be read: `places` as hits have them. */
  #outline(places) {
    const words = [...new Set(places.map(({ word }) => word))].join(" ");
    this.frame.append(outlines(places.map(({ box }) => box)), h("p", { class: "visually-hidden" }, t("viewer.text_found", { words })));
  }

  /** Say what the photo's format is, so that its original can be shown when enlarged. */
  setFormat(format) {
    this.#format = format;
    this.#wantOriginal();
  }

  /** Load photos that may be shown next. */
  loadAhead(photos) {
    this.#ahead = photos.flatMap((photo) => ["medium", "large"].map((size) => h("img", { fetchPriority: "low", src: thumbnail(photo, size) })));
  }

  #addLayer(address, alt, kind = "") {
    const image = h("img", { class: `viewer-layer ${kind}`, alt, draggable: false, decoding: "async" });
    image.addEventListener("load", () => image.classList.add("is-loaded"));
    image.addEventListener("error", () => { if (!alt) image.remove(); }); // what lies below is still seen
    image.src = address;
    if (image.complete) image.classList.add("is-instant");
    this.frame.append(image);
  }

  #wantOriginal() {
    if (this.#scale < WANTS_ORIGINAL || !SHOWN_BY_BROWSERS.has(this.#format)) return;
    if (!this.frame.querySelector(".is-original")) this.#addLayer(original(this.#photo), "", "is-original");
  }

  #fit() {
    if (!this.#photo) return;
    const { clientWidth, clientHeight } = this.node;
    const width = Math.min(clientWidth, clientHeight * this.#photo.ratio);
    this.frame.style.width = `${Math.round(width)}px`;
    this.frame.style.height = `${Math.round(width / this.#photo.ratio)}px`;
    this.#place();
  }

  // ---- zoom

  /** Zoom by a factor around a point of the window, or the middle. */
  zoomBy(factor, point = null) {
    this.#zoomTo(this.#scale * factor, point);
  }

  /** Enlarge, or show the whole photo again. */
  toggleZoom(point = null) {
    this.#zoomTo(this.#scale > 1 ? 1 : DOUBLE, point);
  }

  #zoomTo(wanted, point = null) {
    const scale = Math.min(CLOSEST, Math.max(1, wanted));
    const { left, top, width, height } = this.node.getBoundingClientRect();
    const [x, y] = point ? [point.x - left - width / 2, point.y - top - height / 2] : [0, 0];
    // The point stays where it is.
    this.#x = x - (x - this.#x) * scale / this.#scale;
    this.#y = y - (y - this.#y) * scale / this.#scale;
    this.#scale = scale;
    this.#place();
    this.#wantOriginal();
    this.node.classList.toggle("is-zoomed", scale > 1);
    this.dispatchEvent(new CustomEvent("zoom", { detail: scale }));
  }

  #place() {
    const slack = (inner, outer) => Math.max(0, (inner * this.#scale - outer) / 2);
    const [farthestX, farthestY] = [slack(this.frame.offsetWidth, this.node.clientWidth), slack(this.frame.offsetHeight, this.node.clientHeight)];
    this.#x = Math.min(farthestX, Math.max(-farthestX, this.#x));
    this.#y = Math.min(farthestY, Math.max(-farthestY, this.#y));
    this.frame.style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
  }

  #wheel(event) {
    if (isPlayer(event.target)) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    this.zoomBy(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), { x: event.clientX, y: event.clientY });
  }

  // ---- dragging, pinching, swiping

  #press(event) {
    if (event.button !== 0 || isPlayer(event.target)) return;
    this.node.setPointerCapture(event.pointerId);
    const point = { x: event.clientX, y: event.clientY };
    this.#pointers.set(event.pointerId, point);
    this.#began = this.#pointers.size === 1 ? point : null;
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    this.#pointers.set(event.pointerId, now);
    if (this.#pointers.size === 2) {
      const [, other] = [...this.#pointers].find(([id]) => id !== event.pointerId);
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      this.zoomBy(distance(now, other) / Math.max(1, distance(before, other)), middle);
      this.#drag((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else if (this.#scale > 1) {
      this.#drag(now.x - before.x, now.y - before.y);
    } else if (this.#began) {
      const [x, y] = [now.x - this.#began.x, now.y - this.#began.y];
      this.frame.style.transform = Math.abs(y) > Math.abs(x) ? `translateY(${Math.max(0, y)}px)` : `translateX(${x}px)`;
    }
  }

  #drag(x, y) {
    this.#x += x;
    this.#y += y;
    this.#place();
  }

  #release(event) {
    const last = this.#pointers.get(event.pointerId);
    this.#pointers.delete(event.pointerId);
    if (!last || !this.#began || this.#scale > 1) return;
    const [x, y] = [last.x - this.#began.x, last.y - this.#began.y];
    this.#began = null;
    this.#place();
    if (event.type === "pointercancel" || Math.hypot(x, y) < CLICKED_PX) return;
    if (Math.abs(x) > Math.abs(y)) {
      if (Math.abs(x) > this.node.clientWidth * SWIPED) this.dispatchEvent(new CustomEvent("swipe", { detail: x < 0 ? 1 : -1 }));
    } else if (y > this.node.clientHeight * SWIPED) {
      this.dispatchEvent(new Event("away"));
    }
  }
}

/** Return whether a node is a video with controls of its own. */
function isPlayer(node) {
  return node instanceof HTMLVideoElement && node.controls;
}

function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
