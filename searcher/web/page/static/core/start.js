// What every view has: keys to move between views, and the search box.

import { find } from "./dom.js";
import { bindKeys, showKeys } from "./keys.js";
import { mountSearchBox } from "../search/box.js";
import { mountPictures } from "../search/pictures.js";

bindKeys([
  { key: "/", text: "keys.search", run: () => { const box = find("#search-input"); box.focus(); box.select(); } },
  { key: "?", text: "keys.list", run: showKeys },
]);

mountSearchBox();
mountPictures();
