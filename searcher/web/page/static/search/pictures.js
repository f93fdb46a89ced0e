// A picture as a question: dropped anywhere, pasted, or chosen. It is sent to the server, which keeps it for a while.

import { send } from "../core/api.js";
import { find, h, iconButton } from "../core/dom.js";
import { t } from "../core/strings.js";
import { say, sayError } from "../core/toast.js";
import { addressWith } from "./address.js";

const OWN_PHOTO = /^\/api\/v1\/photos\/(\d+)\//; // the address of a thumbnail or original of this page

/** Let pictures be dropped and pasted on every view, and chosen beside the search box. */
export function mountPictures() {
  const veil = h("div", { class: "drop-veil", hidden: true }, h("p", {}, t("pictures.drop_here")));
  document.body.append(veil);
  let depth = 0; // of nodes that the pointer has entered
  const isOffered = (event) => event.dataTransfer && ["Files", "text/uri-list"].some((type) => event.dataTransfer.types.includes(type));
  addEventListener("dragenter", (event) => { if (isOffered(event)) { depth += 1; veil.hidden = false; } });
  addEventListener("dragleave", (event) => { if (isOffered(event)) { depth = Math.max(0, depth - 1); veil.hidden = depth === 0; } });
  addEventListener("dragover", (event) => { if (isOffered(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!isOffered(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    askByTransfer(event.dataTransfer);
  });
  addEventListener("paste", (event) => {
    if ([...event.clipboardData.files].some(isPicture)) {
      event.preventDefault();
      askByTransfer(event.clipboardData);
    }
  });

  const chooser = h("input", { type: "file", accept: "image/*", hidden: true, "aria-label": t("pictures.choose"), tabIndex: -1,
    on: { change: () => chooser.files.length && askByPicture(chooser.files[0]) } });
  const button = iconButton("browse", t("pictures.choose"), () => chooser.click(), { class: "icon-button picture-button" });
  find(".search-box").append(button, chooser);
}

function isPicture(file) { return file.type.startsWith("image/"); }

function askByTransfer(transfer) {
  // A photo of this page, dragged from it: the library has it already.
  const own = ownPhoto(transfer.getData("text/uri-list"));
  if (own !== null) {
    location.href = addressWith({ more: [own] });
    return;
  }
  const picture = [...transfer.files].find(isPicture) ?? transfer.files[0];
  if (picture) askByPicture(picture);
  else say(t("pictures.no_picture"), { isError: true });
}

function ownPhoto(list) {
  for (const line of list.split("\n")) {
    const url = URL.canParse(line.trim()) ? new URL(line.trim()) : null;
    if (url?.origin !== location.origin) continue;
    const id = OWN_PHOTO.exec(url.pathname)?.[1] ?? url.searchParams.get("photo");
    if (id) return id;
  }
  return null;
}

/** Search by a picture: a File or a Blob. */
export async function askByPicture(file) {
  say(t("pictures.sending"));
  try {
    const { picture } = await send("POST", `/pictures?name=${encodeURIComponent(file.name ?? "")}`, file);
    location.href = addressWith({ picture });
  } catch (error) {
    sayError(error);
  }
}
