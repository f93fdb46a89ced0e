// What every view has: keys, the search box, the look of the page, and a page for when the server is off.

import { mountDisplay } from "./display.js";
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
mountDisplay();

// Browsers have it only where the connection can't be tampered with.
if ("serviceWorker" in navigator) {
  const address = "/service-worker.js";
  const policy = window.trustedTypes?.createPolicy("photoseek", { createScriptURL: (one) => one });
  addEventListener("load", () => navigator.serviceWorker.register(policy?.createScriptURL(address) ?? address).catch(() => {}));
}
