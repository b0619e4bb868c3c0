// The packed strokes of scripts/stroke_data.py: fetched only when somebody writes by hand.

const MAGIC = 0x3153485a; // "ZHS1"

/** Fetches and unpacks; the shapes are flat: character c has the strokes [strokeOf[c], strokeOf[c+1]), stroke s the points [pointOf[s], pointOf[s+1]). */
export async function fetchStrokes(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`strokes: ${answer.status}`);
  const plain = answer.body.pipeThrough(new DecompressionStream("deflate"));
  return unpack(await new Response(plain).arrayBuffer());
}

export function unpack(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new Error("strokes: not a packed file");
  const sizes = Array.from({ length: view.getUint8(4) }, (_, tier) => view.getUint16(5 + 2 * tier, true));
  const [codes, counts, lengths, firsts, across, down] = columns(buffer, view, 5 + 2 * sizes.length);
  const { characters, tiers } = names(codes, sizes);
  const pointOf = starts(lengths);
  const { xs, ys } = points(pointOf, firsts, new Int8Array(across.slice().buffer), new Int8Array(down.slice().buffer));
  return { characters, tiers, strokeOf: starts(counts), pointOf, xs, ys };
}

function columns(buffer, view, from) {
  const found = [];
  for (let at = from; at < buffer.byteLength; ) {
    const length = view.getUint32(at, true);
    found.push(new Uint8Array(buffer, at + 4, length));
    at += 4 + length;
  }
  return found;
}

function names(codes, sizes) {
  const characters = [], tiers = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = codes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  sizes.forEach((size, tier) => {
    for (let number = 0, code = 0; number < size; number++) {
      code += varint();
      characters.push(String.fromCodePoint(code));
      tiers.push(tier);
    }
  });
  return { characters, tiers };
}

function starts(lengths) {
  const from = new Int32Array(lengths.length + 1);
  for (let number = 0; number < lengths.length; number++) from[number + 1] = from[number] + lengths[number];
  return from;
}

function points(pointOf, firsts, across, down) {
  const count = pointOf[pointOf.length - 1], xs = new Float32Array(count), ys = new Float32Array(count);
  let step = 0;
  for (let stroke = 0; stroke + 1 < pointOf.length; stroke++) {
    const from = pointOf[stroke];
    xs[from] = firsts[2 * stroke];
    ys[from] = firsts[2 * stroke + 1];
    for (let point = from + 1; point < pointOf[stroke + 1]; point++, step++) {
      xs[point] = xs[point - 1] + across[step];
      ys[point] = ys[point - 1] + down[step];
    }
  }
  return { xs, ys };
}
