// A character as ink, freed of what differs from hand to hand: place, size, proportion, slant, shaking.
// Ink is flat: stroke s has the points [pointOf[s], pointOf[s + 1]) of xs and ys.

const STEADY = 0.04; // a drawn line is followed in steps of this share of the character
const SMOOTHINGS = 3;
const LEVEL = 0.9; // how much of a common slope is taken away, both of — and of |
const SLOPING = 0.9; // what slopes more than this counts as neither
const DOUBT = 0.05; // this share of the ink stands against a slope
const BY_MASS = 0.6; // middle and size: how much after where the ink lies, the rest after the outline
const BREADTH = 3.4; // standard deviations of ink that make up a breadth

/** Strokes [from, to) of unpacked shapes as ink in the square of side 1. */
export function printed(shapes, from, to) {
  const first = shapes.pointOf[from], last = shapes.pointOf[to];
  const pointOf = shapes.pointOf.slice(from, to + 1).map((point) => point - first);
  return framed(upright({ xs: shapes.xs.slice(first, last), ys: shapes.ys.slice(first, last), pointOf }));
}

/** Drawn strokes, [[[x, y], …], …] in any unit, as ink in the square of side 1; null where nothing was drawn. */
export function drawn(strokes) {
  const given = strokes.filter((stroke) => stroke.length);
  if (!given.length) return null;
  const step = STEADY * extent(given);
  const lines = given.map((stroke) => smoothed(evenly(stroke, step)));
  const pointOf = new Int32Array(lines.length + 1);
  lines.forEach((line, number) => (pointOf[number + 1] = pointOf[number] + line.length));
  const all = lines.flat();
  return framed(upright({ xs: Float32Array.from(all, ([x]) => x), ys: Float32Array.from(all, ([, y]) => y), pointOf }));
}

/** Calls back with every piece of line: the number of its end point, its way across and down, and its length. */
export function eachPiece(ink, seen) {
  for (let stroke = 0; stroke + 1 < ink.pointOf.length; stroke++) {
    for (let end = ink.pointOf[stroke] + 1; end < ink.pointOf[stroke + 1]; end++) {
      const dx = ink.xs[end] - ink.xs[end - 1], dy = ink.ys[end] - ink.ys[end - 1];
      seen(end, dx, dy, Math.sqrt(dx * dx + dy * dy));
    }
  }
}

function extent(strokes) {
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (const [x, y] of strokes.flat()) {
    left = Math.min(left, x), right = Math.max(right, x), top = Math.min(top, y), bottom = Math.max(bottom, y);
  }
  return Math.max(right - left, bottom - top, 1e-6);
}

/** Points at equal distances along a stroke, however fast it was drawn. */
function evenly(stroke, step) {
  const line = [stroke[0]];
  let missing = step;
  for (let at = 1; at < stroke.length; at++) {
    let [x, y] = stroke[at - 1];
    const [toX, toY] = stroke[at];
    let left = Math.hypot(toX - x, toY - y);
    while (left >= missing) {
      x += ((toX - x) * missing) / left;
      y += ((toY - y) * missing) / left;
      line.push([x, y]);
      left -= missing;
      missing = step;
    }
    missing -= left;
  }
  if (missing < step) line.push(stroke[stroke.length - 1]);
  return line;
}

/** Every point moves towards its neighbours: the shaking of a hand and the grid of a screen go, both ends stay. */
function smoothed(line) {
  for (let time = 0; time < SMOOTHINGS; time++) {
    line = line.map((point, at) => {
      const before = line[at - 1], after = line[at + 1];
      return before && after ? point.map((value, axis) => (before[axis] + 2 * value + after[axis]) / 4) : point;
    });
  }
  return line;
}

/** People write uphill and slanted: what all level and all upright lines have in common of it is taken away. */
function upright(ink) {
  let all = 0, level = 0, slope = 0, plumb = 0, slant = 0;
  eachPiece(ink, (_, dx, dy, length) => {
    all += length;
    const rise = Math.abs(dy) < SLOPING * Math.abs(dx) ? dy / dx : null, lean = Math.abs(dx) < SLOPING * Math.abs(dy) ? dx / dy : null;
    if (rise !== null) level += length * (1 - Math.abs(rise) / SLOPING), slope += length * (1 - Math.abs(rise) / SLOPING) * rise;
    if (lean !== null) plumb += length * (1 - Math.abs(lean) / SLOPING), slant += length * (1 - Math.abs(lean) / SLOPING) * lean;
  });
  const up = all ? (LEVEL * slope) / (level + DOUBT * all) : 0, aside = all ? (LEVEL * slant) / (plumb + DOUBT * all) : 0;
  for (let point = 0; point < ink.xs.length; point++) {
    const x = ink.xs[point], y = ink.ys[point];
    ink.xs[point] = x - aside * y;
    ink.ys[point] = y - up * x;
  }
  return ink;
}

/** Into the square; a slim character stays slim, but less so (adaptive proportions, Liu and others 2003). */
function framed(ink) {
  const x = lie(ink, ink.xs), y = lie(ink, ink.ys);
  const longer = Math.max(x.breadth, y.breadth, 1e-6), shorter = Math.min(x.breadth, y.breadth);
  const narrow = Math.sqrt(Math.sin((Math.PI / 2) * (shorter / longer))) / Math.max(shorter, 0.02 * longer);
  place(ink.xs, x.middle, x.breadth === longer ? 1 / longer : narrow);
  place(ink.ys, y.middle, y.breadth === longer ? 1 / longer : narrow);
  return ink;
}

/** Middle and breadth along one axis. */
function lie(ink, values) {
  let least = Infinity, most = -Infinity, mass = 0, first = 0, second = 0;
  for (const value of values) least = Math.min(least, value), most = Math.max(most, value);
  eachPiece(ink, (end, dx, dy, length) => {
    const a = values[end - 1] - least, b = values[end] - least;
    mass += length, first += (length * (a + b)) / 2, second += (length * (a * a + a * b + b * b)) / 3;
  });
  if (!mass) return { middle: (least + most) / 2, breadth: most - least };
  const mean = first / mass, spread = BREADTH * Math.sqrt(Math.max(0, second / mass - mean * mean));
  return {
    middle: BY_MASS * (least + mean) + ((1 - BY_MASS) * (least + most)) / 2,
    breadth: BY_MASS * spread + (1 - BY_MASS) * (most - least),
  };
}

function place(values, middle, scale) {
  for (let at = 0; at < values.length; at++) values[at] = Math.min(1, Math.max(0, 0.5 + (values[at] - middle) * scale));
}
