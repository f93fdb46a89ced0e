// Opens photos of a list in the viewer.

import { openViewer } from "../viewer/viewer.js";

/** Open one of some photos, {id, ratio, hash, date}; the viewer steps through these alone. */
export function openPhotos(photos, id) {
  const sequence = {
    total: photos.length,
    at: async (index) => photos[index],
    indexOf: async (one) => photos.findIndex((photo) => photo.id === one),
  };
  openViewer(sequence, id);
}
