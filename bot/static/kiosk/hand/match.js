// Which character was drawn? The images of all characters are compared first, then the points of the most alike. Both look at where ink
// lies and which way it runs, so that joined strokes, another order and a stroke drawn from its end cost little.
import { IMAGE, POINTS, image, points } from "./features.js";
import { drawn, printed } from "./ink.js";
import { fetchStrokes } from "./strokes.js";

const DATA = "/static/vendor/hanzi-writer-data-2.0.1/strokes.bin";
const NEAR = 80; // so many are looked at from near
const RARE = [0, 0.0028, 0.0055, 0.007]; // what a character of level 1, 2, 3 of 通用规范汉字表 or of none has against it
const DIRECTION = 0.1; // a point that runs crosswise is as far as one at a distance of √0.1
const SENSE = 0.04; // one that runs the other way
const FARTHEST = 0.12; // a point without its like costs no more than this
const AFAR = 0.35; // the weight of the image beside the points
const STROKES = 0.01; // each stroke too many or too few, against the root of their number

/** The matcher with its data; some hundred milliseconds of work, so better in a worker. */
export async function loadMatcher(address = DATA) {
  return createMatcher(await fetchStrokes(address));
}

/** `match(strokes, count)`: the `count` most likely characters, the best first. */
export function createMatcher(shapes) {
  const size = shapes.characters.length, templates = prepared(shapes);
  return {
    characters: shapes.characters,
    match(strokes, count) {
      const ink = drawn(strokes);
      if (!ink) return [];
      const likeness = likenesses(ink, templates, shapes.tiers, size);
      const cloud = new Float32Array(POINTS * 4), many = points(ink, cloud, 0), written = ink.pointOf.length - 1;
      const found = highest(likeness, NEAR).map((character) => {
        const strokesOf = shapes.strokeOf[character + 1] - shapes.strokeOf[character];
        const far = apart(cloud, many, templates.clouds, character * POINTS, templates.counts[character]);
        const miscounted = Math.abs(strokesOf - written) / Math.sqrt(strokesOf);
        const rare = RARE[shapes.tiers[character]];
        return { character, far: far + AFAR * (1 - likeness[character]) + STROKES * miscounted + rare };
      });
      found.sort((one, other) => one.far - other.far);
      return found.slice(0, count).map(({ character }) => shapes.characters[character]);
    },
  };
}

function prepared(shapes) {
  const size = shapes.characters.length;
  const images = new Uint8Array(size * IMAGE), clouds = new Float32Array(size * POINTS * 4), counts = new Uint8Array(size);
  for (let character = 0; character < size; character++) {
    const ink = printed(shapes, shapes.strokeOf[character], shapes.strokeOf[character + 1]);
    image(ink, images, character * IMAGE);
    counts[character] = points(ink, clouds, character * POINTS);
  }
  return { images, clouds, counts };
}

/** From 0 to about 1 for every character. */
function likenesses(ink, { images }, tiers, size) {
  const seen = new Uint8Array(IMAGE), likeness = new Float32Array(size);
  image(ink, seen, 0);
  for (let character = 0, at = 0; character < size; character++) {
    let sum = 0;
    for (let cell = 0; cell < IMAGE; cell++, at++) sum += images[at] * seen[cell];
    likeness[character] = sum / 65025 - RARE[tiers[character]];
  }
  return likeness;
}

function highest(values, count) {
  const least = Float32Array.from(values).sort()[Math.max(0, values.length - count)];
  const found = [];
  for (let at = 0; at < values.length && found.length < count; at++) if (values[at] >= least) found.push(at);
  return found;
}

/** How far two sets of points are from each other: each point from its nearest on the other side, both ways. */
function apart(one, many, others, from, count) {
  const nearest = new Float32Array(many).fill(FARTHEST);
  let back = 0;
  for (let point = from * 4; point < (from + count) * 4; point += 4) {
    const x = others[point], y = others[point + 1], cos = others[point + 2], sin = others[point + 3];
    let least = FARTHEST;
    for (let mine = 0, at = 0; mine < many; mine++, at += 4) {
      const dx = one[at] - x, dy = one[at + 1] - y, along = one[at + 2] * cos + one[at + 3] * sin;
      const far = dx * dx + dy * dy + DIRECTION * (1 - along * along) - (along < 0 ? SENSE * along : 0);
      if (far < least) least = far;
      if (far < nearest[mine]) nearest[mine] = far;
    }
    back += least;
  }
  let forth = 0;
  for (const far of nearest) forth += far;
  return forth / many + back / count;
}
