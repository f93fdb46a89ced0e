// Which tags a model proposes: all labels, or the photos of one.

import { find } from "../core/dom.js";
import { sayError } from "../core/toast.js";
import { showLabels } from "../review/labels.js";
import { reviewLabel } from "../review/one_label.js";

const host = find("#review");
const asked = new URL(location).searchParams;
try {
  if (asked.get("label")) await reviewLabel(host, asked.get("label"), asked.get("order") ?? "uncertain");
  else await showLabels(host);
} catch (error) {
  sayError(error);
}
host.removeAttribute("aria-busy");
