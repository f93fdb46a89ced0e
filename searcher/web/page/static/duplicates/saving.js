// Downloads what is made of the choices: a script that moves files, or a list. The server makes it; nothing is run.

import { send } from "../core/api.js";
import { saveAs } from "../core/files.js";
import { sayError } from "../core/toast.js";

export function saveScript(choices) { return save(choices, "script", "set-aside.sh"); }
export function saveList(choices) { return save(choices, "list", "set-aside.txt"); }

async function save(choices, form, name) {
  try {
    const body = { result: choices.result, choices: choices.asJson(), by_rule: true, form };
    saveAs(await send("POST", "/duplicates/set-aside", body), name);
  } catch (error) {
    sayError(error);
  }
}
