// Files that the page makes, saved as the browser saves downloads.

import { h } from "./dom.js";

/** Save a Blob under a name. */
export function saveAs(blob, name) {
  const from = URL.createObjectURL(blob);
  const link = h("a", { href: from, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(from), 60_000);
}
