// Recent questions: kept by this browser alone, and forgotten when a person says so.

import { remember, remembered } from "../core/storage.js";

const KEY = "photoseek-recent-questions";
const MOST = 12;

/** Return the latest questions, the newest first. */
export function recentQuestions() {
  try {
    const kept = JSON.parse(remembered(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, MOST) : [];
  } catch {
    return []; // another program wrote there
  }
}

/** Remember a question. */
export function rememberQuestion(line) {
  const asked = line.trim();
  if (!asked) return;
  store([asked, ...recentQuestions().filter((one) => one !== asked)].slice(0, MOST));
}

export function forgetQuestions() { store([]); }

function store(questions) { remember(KEY, JSON.stringify(questions)); }
