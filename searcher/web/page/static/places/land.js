// Reads the file of coastlines; scripts/coastlines.py says how it is written.

import { project } from "./projection.js";

const UNITS_A_DEGREE = 100;

/** Return the rings of the land: [{points: Float32Array of x, y, left, right, top, bottom}], projected. */
export async function readLand(address) {
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
  const rings = [];
  let at = 0;
  const number = () => {
    let value = 0, shift = 0, byte;
    do {
      byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    return (value >>> 1) ^ -(value & 1);
  };
  while (at < bytes.length) {
    const points = new Float32Array(2 * number());
    let east = 0, north = 0;
    const ring = { points, left: 1, right: 0, top: 1, bottom: 0 };
    for (let index = 0; index < points.length; index += 2) {
      east += number();
      north += number();
      const [x, y] = project(north / UNITS_A_DEGREE, east / UNITS_A_DEGREE);
      points[index] = x;
      points[index + 1] = y;
      ring.left = Math.min(ring.left, x);
      ring.right = Math.max(ring.right, x);
      ring.top = Math.min(ring.top, y);
      ring.bottom = Math.max(ring.bottom, y);
    }
    rings.push(ring);
  }
  return rings;
}
