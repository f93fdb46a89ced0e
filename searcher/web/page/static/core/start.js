// What every view has: keys to move between views, and the search box.

import { find } from "./dom.js";
import { bindKeys, showKeys } from "./keys.js";

bindKeys([
  { key: "/", text: "keys.search", run: () => { const box = find("#search-input"); box.focus(); box.select(); } },
  { key: "?", text: "keys.list", run: showKeys },
]);
