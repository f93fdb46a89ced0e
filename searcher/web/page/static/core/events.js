// What the server tells by itself: what is new in the library (`library`), and how far an index is (`indexing`).
// One connection for all listeners of a page, and only while the page is seen: a browser makes six to a server in
// all, and a page that Back may return to must have none.

const AGAIN_MS = 5000;
const target = new EventTarget();
const kinds = new Set();
let source = null;

/** Call `listener` with the data of each event of a kind. The latest is told anew whenever the page is seen again. */
export function listen(kind, listener) {
  target.addEventListener(kind, (event) => listener(event.detail));
  if (kinds.has(kind)) return;
  kinds.add(kind);
  if (source) subscribe(kind);
  else connect();
}

function connect() {
  if (source || document.hidden || !kinds.size) return;
  source = new EventSource("/api/v1/events");
  source.addEventListener("error", ({ target: { readyState } }) => {
    if (readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    disconnect(); // it was refused, as by a server that is busy
    setTimeout(connect, AGAIN_MS);
  });
  kinds.forEach(subscribe);
}

function subscribe(kind) {
  source.addEventListener(kind, (event) => {
    target.dispatchEvent(new CustomEvent(kind, { detail: JSON.parse(event.data) }));
  });
}

function disconnect() {
  source?.close();
  source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
addEventListener("pagehide", disconnect);
addEventListener("pageshow", connect);
