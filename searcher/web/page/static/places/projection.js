// The Web Mercator projection: the whole earth is a square, here 1 wide, with 0, 0 in its north-west.

export const MOST_NORTH = 85.05; // degrees: the square's edge
const HALF_TURN = 180;

/** Return [x, y], 0 to 1, of a position in degrees. */
export function project(latitude, longitude) {
  const north = Math.max(-MOST_NORTH, Math.min(MOST_NORTH, latitude)) * Math.PI / HALF_TURN;
  return [(longitude + HALF_TURN) / (2 * HALF_TURN), 0.5 - Math.asinh(Math.tan(north)) / (2 * Math.PI)];
}

/** Return [latitude, longitude] in degrees of a point. */
export function unproject(x, y) {
  return [Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * HALF_TURN / Math.PI, x * 2 * HALF_TURN - HALF_TURN];
}
