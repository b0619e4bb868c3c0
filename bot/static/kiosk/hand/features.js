// Ink seen from afar, as an image of directions, and from near, as points. Neither knows how many strokes there were, or in which order.
import { eachPiece } from "./ink.js";

const GRID = 8; // the image has GRID × GRID cells
const WAYS = 4; // — \ | / without sense
export const IMAGE = GRID * GRID * WAYS;
const CLOSE = 1 / 24; // how closely ink is followed for the image
const DOT = 0.03; // ink of a stroke that is one point
export const POINTS = 64; // at most so many points
const APART = 0.06; // points are at least so far from each other
const NEIGHBOURS = [[WAYS, GRID], [WAYS * GRID, GRID]];
const scratch = new Float32Array(IMAGE), blurred = new Float32Array(IMAGE);

/** How much ink runs in which direction where: IMAGE bytes of `out` from `at`; their squares add up to about 255². */
export function image(ink, out, at) {
  dots(ink);
  eachPiece(ink, (end, dx, dy, length) => {
    const pieces = Math.max(1, Math.ceil(length / CLOSE));
    for (let piece = 0; piece < pieces; piece++) {
      const left = 1 - (piece + 0.5) / pieces;
      spill(ink.xs[end] - dx * left, ink.ys[end] - dy * left, dx, dy, length / pieces);
    }
  });
  NEIGHBOURS.forEach(([step, length]) => blur(step, length));
  let ofAll = 0;
  for (const cell of scratch) ofAll += cell;
  for (let cell = 0; cell < IMAGE; cell++) out[at + cell] = ofAll ? Math.min(255, 255 * Math.sqrt(scratch[cell] / ofAll)) : 0;
  scratch.fill(0); // nothing of what somebody drew remains
  blurred.fill(0);
}

function dots(ink) {
  for (let stroke = 0; stroke + 1 < ink.pointOf.length; stroke++) {
    const only = ink.pointOf[stroke];
    if (ink.pointOf[stroke + 1] - only === 1) spill(ink.xs[only], ink.ys[only], 1, 1, DOT);
  }
}

/** Ink goes to the four cells and the two directions round it. */
function spill(x, y, dx, dy, ink) {
  const turn = (Math.atan2(dy, dx) * WAYS) / Math.PI, way = turn < 0 ? turn + WAYS : turn;
  const one = Math.floor(way) % WAYS, other = (one + 1) % WAYS, share = way - Math.floor(way);
  const across = x * (GRID - 1), down = y * (GRID - 1);
  const column = Math.min(GRID - 2, Math.floor(across)), row = Math.min(GRID - 2, Math.floor(down));
  const right = across - column, below = down - row;
  for (let corner = 0; corner < 4; corner++) {
    const part = ink * (corner & 1 ? right : 1 - right) * (corner & 2 ? below : 1 - below);
    const cell = ((row + (corner >> 1)) * GRID + column + (corner & 1)) * WAYS;
    scratch[cell + one] += part * (1 - share);
    scratch[cell + other] += part * share;
  }
}

/** Each cell shares with the cells beside it: a stroke a little off its place still meets its like. */
function blur(step, length) {
  for (let cell = 0; cell < IMAGE; cell++) {
    const place = Math.floor(cell / step) % length;
    blurred[cell] = 2 * scratch[cell] + (place ? scratch[cell - step] : 0) + (place < length - 1 ? scratch[cell + step] : 0);
  }
  scratch.set(blurred);
}

/** Points at equal distances along each stroke, (x, y, cos, sin) of the way it runs, into `out` from point `at`; returns how many. */
export function points(ink, out, at) {
  let whole = 0;
  eachPiece(ink, (_, dx, dy, length) => (whole += length));
  const strokes = ink.pointOf.length - 1, apart = Math.max(APART, whole / Math.max(8, POINTS - strokes / 2));
  let count = 0;
  for (let stroke = 0; stroke < strokes && count < POINTS; stroke++) count += along(ink, stroke, apart, out, at + count, POINTS - count);
  return count;
}

function along(ink, stroke, apart, out, at, room) {
  const first = ink.pointOf[stroke], last = ink.pointOf[stroke + 1] - 1;
  let whole = 0, passed = 0, end = Math.min(first + 1, last);
  for (let point = first + 1; point <= last; point++) whole += piece(ink, point);
  const count = Math.max(1, Math.min(room, Math.round(whole / apart)));
  for (let number = 0; number < count; number++) {
    const wanted = (whole * (number + 0.5)) / count;
    while (end < last && passed + piece(ink, end) < wanted) passed += piece(ink, end++);
    const start = Math.max(end - 1, first), length = end > start ? piece(ink, end) : 0, share = length ? (wanted - passed) / length : 0;
    const dx = ink.xs[end] - ink.xs[start], dy = ink.ys[end] - ink.ys[start];
    const values = [ink.xs[start] + dx * share, ink.ys[start] + dy * share, length ? dx / length : 0, length ? dy / length : 0];
    out.set(values, (at + number) * 4);
  }
  return count;
}

function piece(ink, end) {
  const dx = ink.xs[end] - ink.xs[end - 1], dy = ink.ys[end] - ink.ys[end - 1];
  return Math.sqrt(dx * dx + dy * dy);
}
