// Where each photo of a grid goes: rows that fill the width, each of one height. Made from the ratios alone, so that
// the height of a grid is right before any thumbnail has come.

// A strip or a tower would make its row too low or too narrow to see: it is cut to this shape.
const NARROWEST = 0.5, WIDEST = 4;
// A row that isn't full, the last of a section, may grow by this much to fill the width.
const GROWTH = 1.2;

/** Return a ratio (width/height) as the layout takes it. */
function shownRatio(ratio) {
  return Math.min(WIDEST, Math.max(NARROWEST, ratio));
}

/**
 * Lay out photos by their ratios in a width; all lengths are whole pixels.
 * Returns `{starts, tops, heights, height}`: row r holds the photos starts[r] up to starts[r + 1], at tops[r].
 */
export function justified(ratios, width, { rowHeight, gap }) {
  const starts = [0], tops = [], heights = [];
  let top = 0, sum = 0;
  const endRow = (end, wanted) => {
    const height = Math.max(1, Math.round(wanted));
    starts.push(end);
    tops.push(top);
    heights.push(height);
    top += height + gap;
  };
  let start = 0;
  for (let at = 0; at < ratios.length; at++) {
    const ratio = shownRatio(ratios[at]);
    const without = heightOf(sum, at - start, width, gap);
    const within = heightOf(sum + ratio, at + 1 - start, width, gap);
    if (within > rowHeight) { // still room
      sum += ratio;
      continue;
    }
    // The row is full. Does this photo end it, or begin the next one? What is nearer to the wanted height.
    if (at > start && without - rowHeight < rowHeight - within) {
      endRow(at, without);
      start = at;
      sum = ratio;
      if (heightOf(ratio, 1, width, gap) > rowHeight) continue;
      endRow(at + 1, heightOf(ratio, 1, width, gap));
    } else {
      endRow(at + 1, within);
    }
    start = at + 1;
    sum = 0;
  }
  if (start < ratios.length) {
    const full = heightOf(sum, ratios.length - start, width, gap);
    endRow(ratios.length, full <= rowHeight * GROWTH ? full : rowHeight);
  }
  return { starts, tops, heights, height: Math.max(0, top - gap) };
}

/** Return the left edges and widths of a row's photos: `[[left, width], …]`. A full row ends exactly at `width`. */
export function rowCells(ratios, start, end, height, width, gap) {
  let sum = 0;
  for (let at = start; at < end; at++) sum += shownRatio(ratios[at]);
  const room = width - gap * (end - start - 1);
  const isFull = Math.abs(room / sum - height) < 1;
  const unit = isFull ? room / sum : height;
  const cells = [];
  let left = 0;
  for (let at = start; at < end; at++) {
    const right = left + shownRatio(ratios[at]) * unit;
    cells.push([Math.round(left), Math.round(right) - Math.round(left)]);
    left = right + gap;
  }
  return cells;
}

function heightOf(sum, photos, width, gap) {
  return photos === 0 ? Infinity : (width - gap * (photos - 1)) / sum;
}

/** Return the last place in an ascending array whose value is at most `value` (0 if there is none). */
export function lastAtMost(values, value, key = (one) => one) {
  let low = 0, high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (key(values[middle]) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
