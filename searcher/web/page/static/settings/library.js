// The library in numbers, and who is signed in.

import { get, send } from "../core/api.js";
import { h } from "../core/dom.js";
import { t } from "../core/strings.js";
import { sayError } from "../core/toast.js";
import { button, bytesText, factList, fill } from "./parts.js";

export async function showLibrary(section) {
  const [library, status, session] = await Promise.all([get("/library"), get("/status"), get("/session")]);
  fill(section,
    factList([
      [t("settings.folder"), h("span", { class: "path" }, library.folder)],
      [t("settings.photos"), t("asking.photos", { count: status.photos })],
      [t("settings.files"), t("settings.count_files", { count: status.files })],
      [t("settings.missing"), status.missing_files ? t("settings.count_files", { count: status.missing_files }) : null],
      [t("settings.catalog"), bytesText(library.catalog_bytes)],
      [t("settings.models"), bytesText(library.models_bytes)],
      [t("settings.version"), `photoseek ${session.version}`],
    ]),
    session.signed_in && button(t("settings.sign_out"), async () => {
      try {
        await send("DELETE", "/session");
        location.assign("/");
      } catch (error) {
        sayError(error);
      }
    }));
}
