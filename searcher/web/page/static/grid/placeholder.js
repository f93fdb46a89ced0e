// What is seen of a photo until its thumbnail has come: 4×4 cells of brightness, blurred by being enlarged.

const SIDE = 4;

/** Draw 8 bytes (two cells each, the left one in the high four bits) on a canvas of 4×4 pixels. */
export function drawPlaceholder(canvas, bytes) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(SIDE, SIDE);
  for (let cell = 0; cell < SIDE * SIDE; cell++) {
    const byte = bytes[cell >> 1];
    const brightness = (cell & 1 ? byte & 15 : byte >> 4) * 17;
    image.data.set([brightness, brightness, brightness, 255], 4 * cell);
  }
  context.putImageData(image, 0, 0);
}
