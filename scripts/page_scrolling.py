"""A script that scrolls a page from end to end in a browser, and says how long each frame was in the window."""

# Called with the seconds that it may take; returns milliseconds.
SCROLL = """async (seconds) => {
  const end = document.documentElement.scrollHeight - innerHeight;
  const times = [];
  const began = performance.now();
  await new Promise((done, fail) => {
    // Without frames, as of a window that nobody draws, it would never end.
    setTimeout(() => fail(new Error(`scrolling stopped after ${times.length} frames`)), seconds * 1000 + 60_000);
    let last = began;
    requestAnimationFrame(function frame(now) {
      times.push(now - last);
      last = now;
      scrollTo(0, end * Math.min(1, (now - began) / 1000 / seconds));
      if (now - began < seconds * 1000) requestAnimationFrame(frame);
      else done();
    });
  });
  times.sort((one, other) => one - other);
  return { at: scrollY, end, frames: times.length, middle: times[times.length >> 1],
    most: times[Math.floor(times.length * 0.99)], longest: times.at(-1) };
}"""
