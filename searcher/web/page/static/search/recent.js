// Recent questions: kept by this browser alone, and forgotten when a person says so.

const KEY = "photoseek-recent-questions";
const MOST = 12;

/** Return the latest questions, the newest first. */
export function recentQuestions() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, MOST) : [];
  } catch {
    return []; // storage is off, or another program wrote there
  }
}

/** Remember a question. */
export function rememberQuestion(line) {
  const asked = line.trim();
  if (!asked) return;
  store([asked, ...recentQuestions().filter((one) => one !== asked)].slice(0, MOST));
}

export function forgetQuestions() { store([]); }

function store(questions) {
  try {
    localStorage.setItem(KEY, JSON.stringify(questions));
  } catch { /* storage is off: nothing is remembered */ }
}
