// Which tags a model proposes: all labels, or the photos of one.

import { find } from "../core/dom.js";
import { showTrouble } from "../core/trouble.js";
import { showLabels } from "../review/labels.js";
import { reviewLabel } from "../review/one_label.js";

const host = find("#review");
const asked = new URL(location).searchParams;
try {
  if (asked.get("label")) await reviewLabel(host, asked.get("label"), asked.get("order") ?? "uncertain");
  else await showLabels(host);
} catch (error) {
  showTrouble(host, error, () => location.reload());
}
host.removeAttribute("aria-busy");
