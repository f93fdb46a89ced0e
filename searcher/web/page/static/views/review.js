// Which tags a model proposes: all labels, or the photos of one.

import { find } from "../core/dom.js";
import { showOrTrouble } from "../core/trouble.js";
import { showLabels } from "../review/labels.js";
import { reviewLabel } from "../review/one_label.js";

const host = find("#review");
const asked = new URL(location).searchParams;
const label = asked.get("label");
await showOrTrouble(host, () => label ? reviewLabel(host, label, asked.get("order") ?? "uncertain") : showLabels(host));
