// One picture in several files: what differs, and which of them stay.

import { thumbnail } from "../core/api.js";
import { h } from "../core/dom.js";
import { dateText, t } from "../core/strings.js";
import { bytesText } from "../settings/parts.js";
import { openPhotos } from "../actions/opening.js";

let made = 0;

/** A group of copies. */
export class GroupCard {
  node;
  #files;
  #boxes;
  #choices;
  #group;

  constructor({ group, files }, choices, total) {
    this.#group = group;
    this.#files = files;
    this.#choices = choices;
    const id = `group-${made += 1}`;
    this.#boxes = files.map(({ number }) => h("input", { type: "checkbox", checked: choices.of(group).includes(number),
      on: { change: (event) => this.#change(event.target) } }));
    this.node = h("li", { class: "group", tabIndex: -1, "aria-labelledby": id },
      h("h2", { id }, t("duplicates.group", { number: group + 1, total })),
      h("ul", { class: "copies" }, files.map((file, at) => this.#copy(file, at))));
    this.#show();
  }

  focus() {
    this.node.focus({ preventScroll: true });
    this.node.scrollIntoView({ block: "nearest" });
  }

  /** Keep one file, counted from 0, and no other. */
  keepOnly(at) { if (at < this.#files.length) this.#keep([at]); }

  keepAll() { this.#keep(this.#files.map((_, at) => at)); }

  #keep(places) {
    this.#boxes.forEach((box, at) => { box.checked = places.includes(at); });
    this.#chosen();
  }

  #change(box) {
    if (!this.#boxes.some((one) => one.checked)) box.checked = true; // one stays, always
    this.#chosen();
  }

  #chosen() {
    this.#choices.keep(this.#group, this.#files.filter((_, at) => this.#boxes[at].checked).map(({ number }) => number));
    this.#show();
  }

  #show() {
    this.#boxes.forEach((box) => { box.closest(".copy").dataset.stays = box.checked; });
  }

  #copy(file, at) {
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    const folder = file.path.slice(0, file.path.length - name.length);
    return h("li", { class: "copy" },
      h("button", { type: "button", class: "copy-picture", "aria-label": t("duplicates.open", { name }), on: {
        click: () => openPhotos(this.#files, file.id),
      } }, h("img", { src: thumbnail(file, "medium"), alt: "", loading: "lazy", decoding: "async" })),
      h("p", { class: "reason" }, t(`duplicates.reason_${(file.reason ?? "first").replaceAll("-", "_")}`)),
      h("p", { class: "copy-facts" }, facts(file)),
      h("p", { class: "copy-path", title: file.path }, h("bdi", {}, folder), h("strong", {}, name)),
      h("label", { class: "stays" }, this.#boxes[at], h("span", { class: "when-kept" }, t("duplicates.stays")),
        h("span", { class: "when-aside" }, t("duplicates.set_aside")), h("kbd", {}, String(at + 1))));
  }
}

function facts({ width, height, format, bytes, date }) {
  const size = bytes === null ? null : bytesText(bytes);
  return [`${width} × ${height}`, format, size, date && dateText(date, "short")].filter(Boolean).join(" · ");
}
