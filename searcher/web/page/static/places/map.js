// A map of coastlines, towns and clusters of photos, which moves by pointer, wheel, pinch, buttons and keys.

import { thumbnail } from "../core/api.js";
import { h, iconButton } from "../core/dom.js";
import { locale, t } from "../core/strings.js";
import { MOST_NORTH, project, unproject } from "./projection.js";

const WORLD_PX = 256; // width of the earth at zoom 0
const MOST_ZOOM = 17;
const SETTLE_MS = 200; // after the last movement
const STEP_PX = 120; // of an arrow key
const WHEEL_PX = 300; // of a wheel for a step of zoom
const DRAG_PX = 5; // before it, a press is a click
const FIT_SHARE = 0.7; // of the map that what is zoomed to fills
const ANTARCTICA_ENDS = -84; // degrees: what lies south of it is land, which the coastlines leave out
const TOWN_GAP_PX = 24;
const MARKER_PX = 48; // as the styles have it

/** A map in `host`. Event `move` when it rests: `box` and `zoom` say what it shows then. */
export class PlaceMap extends EventTarget {
  #x = 0.5;
  #y = 0.4;
  #zoom = 1;
  #land = [];
  #towns = [];
  #markers = []; // of {node, x, y}
  #pointers = new Map(); // by id: [x, y] in the map
  #dragged = 0;
  #frame = 0;
  #timer = 0;

  constructor(host) {
    super();
    this.host = host;
    this.canvas = h("canvas", { class: "map-canvas", "aria-hidden": "true" });
    this.layer = h("div", { class: "map-layer" });
    const tools = h("div", { class: "map-tools" },
      iconButton("add", t("places.zoom_in"), () => this.zoomBy(1)),
      iconButton("remove", t("places.zoom_out"), () => this.zoomBy(-1)),
      iconButton("full_screen", t("places.world"), () => this.showAll()));
    host.append(this.canvas, this.layer, tools);
    host.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    host.addEventListener("pointerdown", (event) => this.#down(event));
    host.addEventListener("pointermove", (event) => this.#moved(event));
    for (const end of ["pointerup", "pointercancel"]) host.addEventListener(end, (event) => this.#pointers.delete(event.pointerId));
    host.addEventListener("click", (event) => { if (this.#dragged > DRAG_PX) { event.preventDefault(); event.stopPropagation(); } }, true);
    host.addEventListener("dblclick", (event) => { if (!event.target.closest("button")) this.zoomBy(1, this.#point(event)); });
    host.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#changed()).observe(host);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#schedule());
    new MutationObserver(() => this.#schedule()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  get width() { return this.host.clientWidth || 1; }
  get height() { return this.host.clientHeight || 1; }
  get zoom() { return this.#zoom; }
  get #scale() { return WORLD_PX * 2 ** this.#zoom; }

  /** Return what is visible: [south, west, north, east] in degrees. */
  get box() {
    const [north, west] = unproject(Math.max(0, this.#x - this.width / 2 / this.#scale), Math.max(0, this.#y - this.height / 2 / this.#scale));
    const [south, east] = unproject(Math.min(1, this.#x + this.width / 2 / this.#scale), Math.min(1, this.#y + this.height / 2 / this.#scale));
    return [south, west, north, east];
  }

  set land(rings) {
    this.#land = rings;
    this.#schedule();
  }

  /** Show the whole earth, as far as it fits. */
  showAll() { this.show([-56, -180, 78, 180], 1); }

  /** Show a part of the earth; of the map, it fills a share. */
  show([south, west, north, east], share = FIT_SHARE) {
    const [left, top] = project(north, west), [right, bottom] = project(south, east);
    const room = Math.min(share * this.width / Math.max(right - left, 1e-9), share * this.height / Math.max(bottom - top, 1e-9));
    this.#x = (left + right) / 2;
    this.#y = (top + bottom) / 2;
    this.#zoom = Math.log2(room / WORLD_PX);
    this.#changed();
  }

  /** Zoom, so that a point of the map (pixels; its middle) stays where it is. */
  zoomBy(steps, [across, down] = [this.width / 2, this.height / 2]) {
    const [dx, dy] = [across - this.width / 2, down - this.height / 2];
    const before = this.#scale;
    this.#zoom = this.#allowed(this.#zoom + steps);
    this.#x += dx / before - dx / this.#scale;
    this.#y += dy / before - dy / this.#scale;
    this.#changed();
  }

  /** Show clusters and towns, as the API gives them. */
  mark(clusters, towns) {
    this.#towns = towns.map(({ name, latitude, longitude }) => ({ name, at: project(latitude, longitude) }));
    // A button that has the focus keeps it where its cluster is still shown.
    const focused = this.layer.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.#markers = clusters.map((cluster) => {
      const [x, y] = project(cluster.latitude, cluster.longitude);
      return { x, y, node: this.#marker(cluster) };
    });
    this.layer.replaceChildren(...this.#markers.map(({ node }) => node));
    if (focused !== null) (this.layer.querySelector(`[data-key="${focused}"]`) ?? this.host).focus();
    this.#schedule();
  }

  #marker(cluster) {
    const { name, photos: count } = cluster;
    const label = name === null ? t("places.cluster_unnamed", { count }) : t("places.cluster", { count, name });
    return h("button", { type: "button", class: "cluster", "aria-label": label, title: label, data: { key: String(cluster.newest.id) },
      on: { click: () => this.#zoomTo(cluster) } },
    h("img", { alt: "", src: thumbnail(cluster.newest), draggable: false }), count > 1 ? h("span", { class: "cluster-count" }, new Intl.NumberFormat(locale).format(count)) : null);
  }

  #zoomTo(cluster) {
    const before = this.#zoom;
    this.show(cluster.box);
    // Photos of one spot leave nothing to fit.
    if (this.#zoom > before + 4) this.#zoom = this.#allowed(before + 4);
    if (this.#zoom <= before) this.#zoom = this.#allowed(before + 1);
    this.#changed();
  }

  #allowed(zoom) {
    const least = Math.log2(Math.max(this.width, this.height * 0.75) / WORLD_PX);
    return Math.max(Math.min(least, MOST_ZOOM), Math.min(MOST_ZOOM, zoom));
  }

  #changed() {
    this.#zoom = this.#allowed(this.#zoom);
    const [halfX, halfY] = [Math.min(0.5, this.width / 2 / this.#scale), Math.min(0.5, this.height / 2 / this.#scale)];
    this.#x = Math.max(halfX, Math.min(1 - halfX, this.#x));
    this.#y = Math.max(halfY, Math.min(1 - halfY, this.#y));
    this.#schedule();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dispatchEvent(new Event("move")), SETTLE_MS);
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; this.#draw(); });
  }

  #at(x, y) { return [(x - this.#x) * this.#scale + this.width / 2, (y - this.#y) * this.#scale + this.height / 2]; }

  #draw() {
    const { width, height, canvas } = this;
    const density = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * density) || canvas.height !== Math.round(height * density)) {
      canvas.width = Math.round(width * density);
      canvas.height = Math.round(height * density);
    }
    const colours = getComputedStyle(this.host);
    const context = canvas.getContext("2d");
    context.setTransform(density, 0, 0, density, 0, 0);
    context.fillStyle = colours.getPropertyValue("--map-sea");
    context.fillRect(0, 0, width, height);
    this.#drawLand(context, colours);
    this.#drawTowns(context, colours);
    for (const { node, x, y } of this.#markers) {
      const [left, top] = this.#at(x, y);
      node.style.transform = `translate(${left}px, ${top}px) translate(-50%, -50%)`;
    }
  }

  #drawLand(context, colours) {
    const [left, top] = [this.#x - this.width / 2 / this.#scale, this.#y - this.height / 2 / this.#scale];
    const [right, bottom] = [this.#x + this.width / 2 / this.#scale, this.#y + this.height / 2 / this.#scale];
    context.beginPath();
    for (const ring of this.#land) {
      if (ring.right < left || ring.left > right || ring.bottom < top || ring.top > bottom) continue;
      const { points } = ring;
      for (let index = 0; index < points.length; index += 2) {
        const [across, down] = this.#at(points[index], points[index + 1]);
        if (index === 0) context.moveTo(across, down);
        else context.lineTo(across, down);
      }
      context.closePath();
    }
    context.fillStyle = colours.getPropertyValue("--map-land");
    context.fill("evenodd");
    context.strokeStyle = colours.getPropertyValue("--map-shore");
    context.lineWidth = 1;
    context.stroke();
    const [, end] = this.#at(...project(ANTARCTICA_ENDS, 0));
    if (end < this.height) context.fillRect(0, end, this.width, this.height - end);
  }

  #drawTowns(context, colours) {
    context.font = "12px system-ui, sans-serif";
    context.fillStyle = colours.getPropertyValue("--map-label");
    context.strokeStyle = colours.getPropertyValue("--map-land");
    context.lineWidth = 3;
    const drawn = [];
    const markers = this.#markers.map(({ x, y }) => this.#at(x, y));
    for (const { name, at } of this.#towns) {
      const [across, down] = this.#at(...at);
      const span = context.measureText(name).width + TOWN_GAP_PX;
      if (drawn.some(([left, y, width]) => Math.abs(y - down) < TOWN_GAP_PX && left < across + span && across < left + width)) continue;
      drawn.push([across, down, span]);
      context.beginPath();
      context.arc(across, down, 2.5, 0, 2 * Math.PI);
      context.fill();
      const isBehind = markers.some(([left, top]) => Math.hypot(left - across, top - down) < MARKER_PX / 2);
      const begins = across + (isBehind ? MARKER_PX / 2 + 6 : 6);
      context.strokeText(name, begins, down + 4);
      context.fillText(name, begins, down + 4);
    }
  }

  #point(event) {
    const edge = this.host.getBoundingClientRect();
    return [event.clientX - edge.left, event.clientY - edge.top];
  }

  #wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    this.zoomBy(-event.deltaY * lines / WHEEL_PX, this.#point(event));
  }

  #down(event) {
    if (event.button !== 0 || event.target.closest(".map-tools")) return;
    this.#dragged = 0;
    this.#pointers.set(event.pointerId, this.#point(event));
  }

  #moved(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    if (event.buttons === 0) { // it was released beside the map
      this.#pointers.delete(event.pointerId);
      return;
    }
    const now = this.#point(event);
    const others = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    this.#pointers.set(event.pointerId, now);
    this.#dragged += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (this.#dragged <= DRAG_PX) return;
    if (!this.host.hasPointerCapture(event.pointerId)) this.host.setPointerCapture(event.pointerId);
    if (others.length === 0) {
      this.#x -= (now[0] - before[0]) / this.#scale;
      this.#y -= (now[1] - before[1]) / this.#scale;
      this.#changed();
    } else { // a pinch: the other finger stays where it is
      const [other] = others;
      const wider = Math.hypot(now[0] - other[0], now[1] - other[1]) / Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1]));
      this.zoomBy(Math.log2(Math.max(wider, 0.1)), other);
    }
  }

  #key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (moves[event.key]) {
      this.#x += moves[event.key][0] * STEP_PX / this.#scale;
      this.#y += moves[event.key][1] * STEP_PX / this.#scale;
      this.#changed();
    } else if (event.key === "+" || event.key === "=") this.zoomBy(1);
    else if (event.key === "-") this.zoomBy(-1);
    else if (event.key === "0") this.showAll();
    else return;
    event.preventDefault();
    event.stopPropagation(); // the grid beside has keys of the same names
  }
}

/** Return a box that the map can show, rounded for an address, or null if it is none. */
export function boxOf(text) {
  const numbers = (text ?? "").split(",").map(Number);
  const isBox = numbers.length === 4 && numbers.every(Number.isFinite) && numbers[0] < numbers[2] && numbers[1] < numbers[3]
    && Math.abs(numbers[0]) <= 90 && numbers[2] <= 90 && numbers[1] >= -180 && numbers[3] <= 180;
  return isBox ? [Math.max(-MOST_NORTH, numbers[0]), numbers[1], Math.min(MOST_NORTH, numbers[2]), numbers[3]] : null;
}
