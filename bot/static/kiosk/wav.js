// Samples between -1 and 1 as a WAV file: one channel, 16 bit.

const HEADER = 44;

export function wav(pieces, size, rate) {
  const view = new DataView(new ArrayBuffer(HEADER + size * 2));
  const word = (place, letters) => [...letters].forEach((letter, n) => view.setUint8(place + n, letter.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, HEADER - 8 + size * 2, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, size * 2, true);
  let place = HEADER;
  for (const piece of pieces) {
    for (const sample of piece) {
      view.setInt16(place, Math.max(-1, Math.min(1, sample)) * 0x7fff, true);
      place += 2;
    }
  }
  return new Blob([view.buffer], { type: "audio/wav" });
}
