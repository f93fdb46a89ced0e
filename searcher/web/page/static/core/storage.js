// What this browser remembers of how a person likes the page. Where it may store nothing, each page begins anew.

/** Return what was remembered under a name, or null. */
export function remembered(name, storage = "localStorage") {
  try {
    return window[storage].getItem(name);
  } catch {
    return null; // the browser throws where storage is off
  }
}

/** Remember a text under a name, with null forget it; "sessionStorage" lasts as long as the tab. */
export function remember(name, text, storage = "localStorage") {
  try {
    if (text === null) window[storage].removeItem(name);
    else window[storage].setItem(name, text);
  } catch { /* storage is off, or full */ }
}
