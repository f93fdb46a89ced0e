// A map of where photos were taken; the grid beside it shows what its visible part holds.

import { get } from "../core/api.js";
import { find, h, viewData } from "../core/dom.js";
import { Selection } from "../core/selection.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { PhotoGrid } from "../grid/grid.js";
import { timelineSource } from "../grid/sources.js";
import { readLand } from "../places/land.js";
import { PlaceMap, boxOf } from "../places/map.js";
import { mountActionBar } from "../actions/action_bar.js";

const DIGITS = 4; // of degrees in the address: ten metres

const map = new PlaceMap(find("#map"));
const selection = new Selection();
let grid = null;
let asking = null; // stops the request in flight
let shown = null; // the box that the grid shows

map.addEventListener("move", look);
addEventListener("popstate", restore);
mountActionBar(selection, { isFavourite: (id) => grid?.source.known(id)?.favourite ?? false });
restore();
readLand(viewData().land).then((rings) => { map.land = rings; }, sayError);
listLargest().catch(sayError);

function restore() {
  const asked = new URLSearchParams(location.search).get("box");
  if (asked !== null && asked === shown) return; // the viewer was closed by Back: the map didn't move
  const box = boxOf(asked);
  if (box) map.show(box, 1);
  else map.showAll();
}

async function look() {
  const box = map.box.map((degrees) => Number(degrees.toFixed(DIGITS)));
  if (box.join() === shown) return;
  shown = box.join();
  remember(shown);
  asking?.abort();
  asking = new AbortController();
  try {
    const { clusters, towns, photos, located } = await get("/places", { box: shown, zoom: Math.max(0, map.zoom).toFixed(2) }, asking.signal);
    map.mark(clusters, towns);
    find("#count").textContent = located === 0 ? t("places.none") : t("places.shown", { count: photos });
    const source = timelineSource({ box });
    if (grid) await grid.show(source);
    else grid = new PhotoGrid(find("#grid"), source, { selection });
  } catch (error) {
    if (error.name !== "AbortError") shown = null; // so that the same part is asked for again
    sayError(error);
  }
}

function remember(box) {
  const search = new URLSearchParams(location.search);
  search.set("box", box);
  history.replaceState(history.state, "", `?${search.toString().replaceAll("%2C", ",")}`);
}

async function listLargest() {
  const { places } = await get("/places/largest");
  find("#largest").hidden = places.length === 0;
  find("#largest ol").replaceChildren(...places.map(({ name, photos, box }) => h("li", {},
    h("a", { href: `?box=${wider(box).join(",")}` }, name ?? t("places.unnamed")), " ", h("span", { class: "note" }, t("albums.photos", { count: photos })))));
}

/** Return a box with room around it, so that a single spot is seen with what is near. */
function wider([south, west, north, east]) {
  const room = Math.max(0.02, 0.1 * Math.max(north - south, east - west));
  return [Math.max(-90, south - room), Math.max(-180, west - room), Math.min(90, north + room), Math.min(180, east + room)].map((degrees) => Number(degrees.toFixed(DIGITS)));
}
