// Words for photos, for those who don't see them: asked for when a grid rests, many at a time.

import { get } from "../core/api.js";

const MOST = 200; // that the server describes at once

/** Set `text` of these photos: a title, tags, or a file name. */
export async function describePhotos(photos) {
  for (let at = 0; at < photos.length; at += MOST) {
    const some = photos.slice(at, at + MOST);
    for (const photo of some) photo.text = null; // asked for once
    try {
      const { descriptions } = await get("/descriptions", { id: some.map(({ id }) => id) });
      for (const photo of some) photo.text = descriptions[photo.id] ?? null;
    } catch {
      // Then the date has to do.
    }
  }
}
