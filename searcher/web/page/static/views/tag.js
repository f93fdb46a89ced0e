// The photos of one tag.

import { find, h, icon, viewData } from "../core/dom.js";
import { t } from "../core/strings.js";
import { showFiltered } from "../listing/filtered_grid.js";
import { addressOfLine } from "../search/address.js";

const { filter } = viewData();
showFiltered(filter);
find("#actions").append(h("a", { class: "button", href: addressOfLine(`${filter} `) }, icon("search"), t("albums.search_in")));
