// Commands that take long: started here, run by the server in processes of their own.

import { get, send } from "../core/api.js";
import { say, sayError } from "../core/toast.js";
import { t } from "../core/strings.js";

const LOOK_EVERY_MS = 1000;

/** Start a task ("index", "retry", "tag", "model"), say `sentence`, and call `done` when it is over. */
export async function startTask(kind, sentence, done, model = undefined) {
  try {
    const { number } = await send("POST", "/tasks", { kind, model });
    say(sentence);
    await over(number);
    done();
  } catch (error) {
    sayError(error);
  }
}

/** Wait until a task is over; an error if it failed. */
export async function over(number) {
  for (;;) {
    const task = (await get("/tasks")).tasks.find((one) => one.number === number);
    if (task?.state === "failed") throw new Error(task.lines.at(-1) ?? t("tasks.failed"));
    if (task?.state !== "running") return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
