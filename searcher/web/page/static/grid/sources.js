// What a grid shows: sections of photos. Of a section, the ratios are known from the start, its photos when asked for.

import { get } from "../core/api.js";
import { dateText, t } from "../core/strings.js";

const KEPT = 100; // sections whose photos are held in memory

/**
 * Photos in sections: `[{key, title, ratios, first}]`, where `first` is the index of its first photo among all.
 * A photo is `{id, ratio, hash, date, placeholder, favourite, rating, kind}`. `change` is dispatched
 * when sections or photos have changed.
 */
class Source extends EventTarget {
  sections = [];
  total = 0;

  /** Read the sections; a second call reads them anew, and with them the photos of the sections with these keys. */
  async load(_keys) {}

  /** Return the photos of a section if they are in memory, else null. */
  peek(_section) { return null; }

  /** Return (a promise of) the photos of a section. */
  async photosOf(section) { return this.peek(section); }

  /** Return the photo with an index, or null. */
  async at(index) {
    const section = this.sectionAt(index);
    return section === null ? null : (await this.photosOf(section))[index - section.first] ?? null;
  }

  /** Return the section that holds an index, or null. */
  sectionAt(index) {
    if (index < 0 || index >= this.total) return null;
    return this.sections.findLast((section) => section.first <= index) ?? null;
  }

  /** Return the index of a photo among all, or -1. */
  async indexOf(id) {
    for (const section of this.sections) {
      const within = this.peek(section)?.findIndex((photo) => photo.id === id) ?? -1;
      if (within >= 0) return section.first + within;
    }
    return -1;
  }

  /** Return the photo of an id if it is in memory, else null. Thousands of selected photos are asked about at once. */
  known(id) {
    for (const section of this.sections) {
      const photo = byId(this.peek(section) ?? []).get(id);
      if (photo) return photo;
    }
    return null;
  }

  _set(sections) {
    let first = 0;
    this.sections = sections;
    for (const section of sections) {
      section.first = first;
      first += section.ratios.length;
    }
    this.total = first;
  }

  _changed() { this.dispatchEvent(new Event("change")); }
}

const maps = new WeakMap(); // by the array of a section's photos

function byId(photos) {
  if (!maps.has(photos)) maps.set(photos, new Map(photos.map((photo) => [photo.id, photo])));
  return maps.get(photos);
}

/** All photos that pass filters (`q`) and lie in a part of the earth (`box`: [south, west, north, east]), by month. */
export function timelineSource({ q = "", box = null } = {}) {
  return new Timeline(q, box);
}

class Timeline extends Source {
  #asked;
  #photos = new Map(); // by the key of a section: {photos, revision}, the latest used last
  #waiting = new Map(); // by the key of a section: the promise of its photos
  #revision = -1;

  constructor(q, box) {
    super();
    this.#asked = { q, box: box?.join(",") };
  }

  async load(keys = []) {
    // Of a grid that is opened, the newest photos are most likely those that are seen first.
    const opening = this.#revision < 0 ? get("/timeline/newest", this.#asked) : null;
    const [{ revision, months }, newest] = await Promise.all([get("/timeline", this.#asked), opening]);
    if (revision === this.#revision) return;
    this.#revision = revision;
    const sections = months.map(({ month, ratios }) => ({
      key: month ?? "undated",
      title: month === null ? t("grid.undated") : dateText(month),
      ratios: ratiosOf(ratios),
    }));
    if (newest?.revision === revision && sections.length) {
      this.#photos.set(sections[0].key, { photos: photosOf(newest), revision });
    }
    // What is looked at never turns blank: its photos change with the layout, not after it.
    await Promise.all(sections.filter(({ key }) => keys.includes(key)).map((section) => this.#fetch(section)));
    this._set(sections);
    this._changed();
  }

  get revision() { return this.#revision; }

  peek(section) {
    const kept = this.#photos.get(section.key);
    return kept?.photos.length === section.ratios.length ? kept.photos : null;
  }

  /** Return whether the photos of a section are as the library has them now. */
  isFresh(section) { return this.#photos.get(section.key)?.revision >= this.#revision; }

  async photosOf(section) {
    const kept = this.peek(section);
    if (kept && this.isFresh(section)) {
      this.#photos.delete(section.key);
      this.#photos.set(section.key, { photos: kept, revision: this.#revision });
      return kept;
    }
    let waiting = this.#waiting.get(section.key);
    if (!waiting) {
      waiting = this.#fetch(section).finally(() => this.#waiting.delete(section.key));
      this.#waiting.set(section.key, waiting);
    }
    return waiting;
  }

  async #fetch(section) {
    const month = await get(`/timeline/${section.key}`, this.#asked);
    const photos = photosOf(month);
    this.#photos.set(section.key, { photos, revision: month.revision ?? this.#revision });
    while (this.#photos.size > KEPT) this.#photos.delete(this.#photos.keys().next().value);
    // The library has changed since the sections were read.
    if (photos.length !== section.ratios.length && this.sections.includes(section)) await this.load();
    return photos;
  }

  async indexOf(id) {
    const known = await super.indexOf(id);
    if (known >= 0) return known;
    let taken;
    try {
      taken = (await get(`/photos/${id}`)).taken_at;
    } catch {
      return -1;
    }
    const keys = taken ? [taken.slice(0, 7), taken.slice(0, 4)] : ["undated"];
    const section = this.sections.find(({ key }) => keys.includes(key));
    if (!section) return -1;
    const within = (await this.photosOf(section)).findIndex((photo) => photo.id === id);
    return within < 0 ? -1 : section.first + within;
  }
}

/** Return the photos of columns, as the server sends them. */
export function photosOf({ ids, ratios, dates, hashes, placeholders, favourites, ratings, kinds, seconds }) {
  const shapes = ratiosOf(ratios), cells = bytesOf(placeholders), favourite = new Set(favourites);
  return ids.map((id, at) => ({
    id, ratio: shapes[at], hash: hashes[at], date: dates[at], placeholder: cells.subarray(8 * at, 8 * at + 8),
    favourite: favourite.has(id), rating: ratings[id] ?? null, kind: kinds?.[id] ?? null,
    seconds: seconds?.[id] ?? null,
  }));
}

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64); // browsers of 2025 and later
  const characters = atob(base64), bytes = new Uint8Array(characters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = characters.charCodeAt(at);
  return bytes;
}

const RATIOS = Float32Array.from({ length: 256 }, (_, byte) => 2 ** ((byte - 128) / 32));

function ratiosOf(base64) {
  const bytes = bytesOf(base64), ratios = new Float32Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) ratios[at] = RATIOS[bytes[at]];
  return ratios;
}

/** Photos that are all known from the start. `read` returns a promise of `[{key, title, photos}]`. */
export function givenSource(read) {
  return new Given(read);
}

class Given extends Source {
  #read;

  constructor(read) {
    super();
    this.#read = read;
  }

  async load() {
    const sections = await this.#read();
    this._set(sections.map((section) => ({ ...section, ratios: section.photos.map((photo) => photo.ratio) })));
    this._changed();
  }

  peek(section) { return section.photos; }
}
