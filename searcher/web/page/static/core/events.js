// What the server tells by itself: new photos, and how far the index is. One connection for all listeners of a page.

const target = new EventTarget();
let source = null;

/** Call `listener` with the data of each event of a kind; the connection is made for the first. */
export function listen(kind, listener) {
  source ??= connected();
  target.addEventListener(kind, (event) => listener(event.detail));
  source.kinds.add(kind);
}

function connected() {
  const events = new EventSource("/api/v1/events");
  const kinds = { add: (kind) => {
    if (known.has(kind)) return;
    known.add(kind);
    events.addEventListener(kind, (event) => {
      target.dispatchEvent(new CustomEvent(kind, { detail: JSON.parse(event.data) }));
    });
  } };
  const known = new Set();
  // A page that Back may return to must not keep a connection open.
  addEventListener("pagehide", () => events.close());
  return { kinds };
}
