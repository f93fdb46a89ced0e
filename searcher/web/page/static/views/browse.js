// All photos by date.

import { get } from "../core/api.js";
import { find, h } from "../core/dom.js";
import { sayError } from "../core/toast.js";

try {
  const { photos } = await get("/status");
  find("#grid").append(h("p", {}, String(photos)));
} catch (error) {
  sayError(error);
}
