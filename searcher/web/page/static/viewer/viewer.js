// One photo over the view that it was opened from. Its address is the view's with `?photo=ID`, so that it can be
// reloaded and sent; Back closes it.

import { get, isReadOnly, mayEdit, original } from "../core/api.js";
import { find, h, icon, iconButton } from "../core/dom.js";
import { bindKeys, showKeys } from "../core/keys.js";
import { remember, remembered } from "../core/storage.js";
import { dateText, t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";
import { addressOf, altText } from "../grid/cells.js";
import { addressWith } from "../search/address.js";
import { actionKeys } from "../actions/action_bar.js";
import { changes, favourite, hide } from "../actions/actions.js";
import { FaceBoxes } from "./faces.js";
import { InfoPanel } from "./info.js";
import { Picture } from "./picture.js";

const ZOOM_STEP = 1.5;
const SLIDE_MS = 4000;
const IDLE_MS = 3000; // without a movement, after which the buttons hide
const INFO_KEPT = "photoseek-info"; // whether the panel is open
const MINOR = "icon-button is-minor"; // a phone's bar has no room for it, and fingers do the same
const BEHIND = ".top-bar, .side-bar, main, .action-bar, .skip-link";

let open = null; // the viewer that is open
let latest = null; // what the last one was opened with, for Forward

/**
 * Open a photo of a sequence: {total, at(index), indexOf(id)}, as sources (grid/sources.js) are. `isHere`: the address
 * names the photo already. `closed` is called with the id of the photo that was seen last.
 */
export function openViewer(sequence, id, { isHere = false, closed = () => {} } = {}) {
  latest = { sequence, closed };
  open?.leave();
  open = new Viewer(sequence, closed);
  open.begin(id, isHere);
}

addEventListener("popstate", () => {
  const id = Number(new URLSearchParams(location.search).get("photo"));
  if (!id) open?.leave();
  else if (open) open.showId(id);
  else if (latest) openViewer(latest.sequence, id, { isHere: true, closed: latest.closed });
});

class Viewer {
  #index = -1;
  #photo = null;
  #unbind = () => {};
  #slides = 0;
  #idle = 0;
  #isPushed = false;
  #isEditable = !isReadOnly;
  #turn = 0; // counts the photos that were asked for

  constructor(sequence, closed) {
    this.sequence = sequence;
    this.closed = closed;
    this.picture = new Picture();
    this.faces = new FaceBoxes(this.picture.frame);
    this.info = new InfoPanel((id) => this.showId(id));
    this.#build();
    this.onChange = (event) => this.#takeChange(event.detail);
    changes.addEventListener("change", this.onChange);
    this.onMoved = () => this.#follow();
    sequence.addEventListener?.("change", this.onMoved);
    this.focusedBefore = document.activeElement;
    for (const node of document.querySelectorAll(BEHIND)) node.inert = true;
    document.documentElement.classList.add("has-viewer");
    document.body.append(this.node);
    this.#unbind = bindKeys(this.#keys(), { isAlone: true });
    this.node.focus();
  }

  #build() {
    const button = (name, label, run, properties = {}) => iconButton(name, t(label), run, properties);
    this.favourite = button("favourite", "viewer.favourite", () => this.#toggleFavourite(), { "aria-pressed": "false" });
    this.infoButton = button("info", "viewer.info", () => this.#toggleInfo(), { "aria-pressed": "false" });
    this.facesButton = button("people", "viewer.faces", () => this.#toggleFaces(), { class: MINOR, "aria-pressed": String(this.faces.isOn) });
    this.slideButton = button("play", "viewer.slideshow", () => this.#toggleSlides(), { class: MINOR, "aria-pressed": "false" });
    this.zoomButton = button("zoom_in", "viewer.zoom", () => this.picture.toggleZoom(), { class: MINOR, "aria-pressed": "false" });
    this.download = h("a", { class: "icon-button", title: t("viewer.original"), "aria-label": t("viewer.original"), download: "" }, icon("download"));
    this.similar = h("a", { class: "icon-button", title: t("viewer.similar"), "aria-label": t("viewer.similar") }, icon("similar"));
    this.motionButton = button("play", "viewer.motion", () => this.picture.move(), { hidden: true });
    this.title = h("p", { class: "viewer-title" });
    this.previous = button("previous", "viewer.previous", () => this.step(-1), { class: "icon-button viewer-step viewer-previous" });
    this.next = button("next", "viewer.next", () => this.step(1), { class: "icon-button viewer-step viewer-next" });
    this.node = h("div", { class: "viewer", role: "dialog", "aria-modal": "true", "aria-label": t("viewer.label"), tabIndex: -1 },
      h("div", { class: "viewer-main" },
        this.picture.node,
        h("div", { class: "viewer-bar" },
          button("back", "viewer.close", () => this.close()), this.title,
          this.motionButton, mayEdit && this.favourite, this.facesButton, this.zoomButton, this.slideButton,
          button("full_screen", "viewer.full_screen", () => this.#toggleFullScreen(), { class: MINOR }), this.download,
          this.similar,
          !isReadOnly && button("hide", "viewer.hide", () => this.#hide()),
          this.infoButton),
        this.previous, this.next),
      this.info.node);
    this.picture.addEventListener("swipe", (event) => this.step(event.detail));
    this.picture.addEventListener("away", () => this.close());
    this.picture.addEventListener("zoom", (event) => this.zoomButton.setAttribute("aria-pressed", event.detail > 1));
    this.node.addEventListener("pointermove", () => this.#wake());
    this.node.addEventListener("focusin", () => this.#wake());
    if (remembered(INFO_KEPT) === "open" && innerWidth > 900) this.#toggleInfo();
    this.#wake();
  }

  #keys() {
    return [
      { key: "ArrowLeft", text: "viewer.previous", run: () => { this.step(-1); } },
      { key: "ArrowRight", text: "viewer.next", run: () => { this.step(1); } },
      { key: "Home", run: () => { this.showIndex(0); } },
      { key: "End", run: () => { this.showIndex(this.sequence.total - 1); } },
      { key: "i", text: "viewer.info", run: () => this.#toggleInfo() },
      ...actionKeys(() => [this.#photo.id], () => this.#photo.favourite, () => this.#isEditable),
      ...(isReadOnly ? [] : [{ key: "h", text: "viewer.hide", run: () => { this.#hide(); } }]),
      { key: "p", text: "viewer.faces", run: () => this.#toggleFaces() },
      { key: "s", text: "viewer.similar", run: () => this.similar.click() },
      { key: "+", text: "viewer.zoom_in", run: () => this.picture.zoomBy(ZOOM_STEP) },
      { key: "=", run: () => this.picture.zoomBy(ZOOM_STEP) },
      { key: "-", text: "viewer.zoom_out", run: () => this.picture.zoomBy(1 / ZOOM_STEP) },
      { key: "z", text: "viewer.zoom", run: () => this.picture.toggleZoom() },
      { key: ".", text: "viewer.full_screen", run: () => this.#toggleFullScreen() },
      { key: " ", text: "viewer.slideshow", run: (event) => {
        if (event.target.closest("button, a, summary, video")) return false;
        if (this.picture.togglePlaying()) return true;
        this.#toggleSlides();
        return true;
      } },
      { key: "Escape", text: "viewer.close", run: () => this.close() },
      { key: "?", text: "keys.list", run: showKeys },
    ];
  }

  async begin(id, isHere) {
    if (!isHere) {
      history.pushState({ ...history.state }, "", addressOf(id));
      this.#isPushed = true;
    }
    await this.showId(id);
  }

  // ---- which photo

  /** Return what says whether a photo that is asked for now is still the one to show. */
  #askNext() {
    const turn = (this.#turn += 1);
    return () => turn === this.#turn && open === this;
  }

  async showId(id) {
    try {
      const isWanted = this.#askNext();
      const index = await this.sequence.indexOf(id);
      if (!isWanted()) return;
      if (index < 0) await this.#showAlone(id);
      else await this.showIndex(index);
    } catch (error) {
      sayError(error);
      if (!this.#photo) this.close();
    }
  }

  /** Show a photo that the view doesn't have, as a hidden one. */
  async #showAlone(id) {
    const isWanted = this.#askNext();
    const facts = await get(`/photos/${id}`);
    if (!isWanted()) return;
    this.#index = -1;
    this.#show({ id, ratio: facts.width / facts.height, hash: facts.content_hash.slice(0, 12), date: facts.taken_at,
      favourite: facts.favourite, rating: facts.rating, kind: facts.length_s === undefined ? null : "video", seconds: facts.length_s ?? null });
  }

  async showIndex(index) {
    try {
      const isWanted = this.#askNext();
      const photo = await this.sequence.at(index);
      if (photo === null || !isWanted()) return;
      this.#index = index;
      this.#show(photo);
      const [before, after, later] = await Promise.all([-1, 1, 2].map((step) => this.sequence.at(index + step)));
      if (this.#index !== index) return;
      this.picture.loadAhead([after, later, before].filter(Boolean));
    } catch (error) {
      sayError(error);
    }
  }

  /** Photos have come or gone: the one that is shown may have another index. */
  async #follow() {
    const id = this.#photo?.id;
    const index = await this.sequence.indexOf(id).catch(() => -1);
    if (id !== this.#photo?.id || index < 0) return; // as when it was hidden just now: the next one keeps its place
    this.#index = index;
    this.#showSteps();
  }

  #showSteps() {
    this.previous.hidden = this.#index <= 0;
    this.next.hidden = this.#index < 0 || this.#index >= this.sequence.total - 1;
  }

  async step(step) {
    if (this.#index < 0) return;
    if (this.#index + step >= this.sequence.total) await this.sequence.grow?.();
    const index = this.#index + step;
    if (index >= 0 && index < this.sequence.total) await this.showIndex(index);
    else if (this.#slides) this.#toggleSlides();
  }

  #show(photo) {
    this.#photo = photo;
    if (new URLSearchParams(location.search).get("photo") !== String(photo.id)) history.replaceState(history.state, "", addressOf(photo.id));
    this.picture.show(photo, altText(photo));
    this.faces.show(photo);
    this.motionButton.hidden = true;
    this.#setEditable(!isReadOnly); // until it is known
    this.#showSteps();
    this.download.href = original(photo);
    this.similar.href = addressWith({}, { more: [photo.id] });
    this.title.textContent = photo.date ? dateText(photo.date) : t("grid.undated");
    this.#showFavourite();
    this.#ask();
  }

  async #ask() {
    const photo = this.#photo;
    try {
      const facts = await get(`/photos/${photo.id}`);
      if (photo !== this.#photo) return;
      this.picture.setFormat(facts.format);
      this.motionButton.hidden = !facts.motion;
      this.#setEditable(facts.may_edit);
      photo.favourite = facts.favourite;
      this.#showFavourite();
      this.info.show(facts);
    } catch (error) {
      sayError(error);
    }
  }

  // ---- what can be done

  #setEditable(isEditable) {
    this.#isEditable = isEditable;
    this.favourite.hidden = !isEditable;
  }

  #showFavourite() {
    this.favourite.setAttribute("aria-pressed", Boolean(this.#photo.favourite));
  }

  #toggleFavourite() { return favourite([this.#photo.id], !this.#photo.favourite); }

  async #hide() {
    const index = this.#index;
    if (!(await hide([this.#photo.id]))) return;
    if (index >= 0 && index + 1 < this.sequence.total) await this.showIndex(index + 1);
    else if (index > 0) await this.showIndex(index - 1);
    else this.close();
  }

  #takeChange({ ids, set = {}, undone }) {
    if (!ids.includes(this.#photo?.id)) return;
    if (!undone && set.favourite !== undefined) this.#photo.favourite = set.favourite;
    this.#showFavourite();
    this.#ask();
  }

  #toggleInfo() {
    const isOpen = this.node.classList.toggle("has-info");
    this.infoButton.setAttribute("aria-pressed", isOpen);
    this.info.setOpen(isOpen);
    remember(INFO_KEPT, isOpen ? "open" : "closed");
  }

  #toggleFaces() { this.facesButton.setAttribute("aria-pressed", this.faces.toggle()); }

  #toggleFullScreen() {
    // Of the whole page, or else what is said in a corner would not be seen.
    const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.();
    change?.catch(() => say(t("viewer.no_full_screen"), { isError: true }));
  }

  #toggleSlides() {
    clearInterval(this.#slides);
    this.#slides = this.#slides ? 0 : setInterval(() => this.step(1), SLIDE_MS);
    this.slideButton.setAttribute("aria-pressed", this.#slides !== 0);
  }

  #wake() {
    this.node.classList.remove("is-idle");
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      const isBusy = this.node.querySelector(":focus-visible") || this.node.classList.contains("has-info");
      if (!isBusy) this.node.classList.add("is-idle");
    }, IDLE_MS);
  }

  // ---- the end

  /** Close the viewer as Back does. */
  close() {
    if (this.#isPushed) {
      history.back(); // and `popstate` does the rest
      return;
    }
    history.replaceState(history.state, "", addressOf(null));
    this.leave();
  }

  /** Take the viewer away; the address is right already. */
  leave() {
    if (open === this) open = null;
    clearInterval(this.#slides);
    clearTimeout(this.#idle);
    this.#unbind();
    changes.removeEventListener("change", this.onChange);
    this.sequence.removeEventListener?.("change", this.onMoved);
    for (const node of document.querySelectorAll(BEHIND)) node.inert = false;
    document.documentElement.classList.remove("has-viewer");
    this.node.remove();
    if (document.fullscreenElement) document.exitFullscreen();
    (this.focusedBefore ?? find("main")).focus?.({ preventScroll: true });
    if (this.#photo) this.closed(this.#photo.id);
  }
}
