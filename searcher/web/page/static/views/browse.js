// All photos by date.

import { find } from "../core/dom.js";
import { mountTimeline } from "../grid/view.js";

mountTimeline(find("#grid"));
