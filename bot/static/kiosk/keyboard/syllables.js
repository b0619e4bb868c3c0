// Syllables of Mandarin as people type them: whole, begun, by their first letter, and as the ear of the south writes them.

export const FUZZY = 5; // what a blurred sound costs, in powers of e: a word typed as it is spelt comes first
const BEGUN = 2.5; // the last syllable is not finished
const INITIAL = 3.5; // a first letter stands for a syllable
const LONGEST = 7;
const VOWELS = "aeiouv";
const ALSO = { lve: ["lue"], nve: ["nue"], lv: ["lyu"], nv: ["nyu"] };
const BEGINNINGS = [["zh", "z"], ["ch", "c"], ["sh", "s"]];
const ENDINGS = [["ang", "an"], ["eng", "en"], ["ing", "in"], ["ong", "on"]];

/** z for zh, c for ch, s for sh, l for n: words of one family sound alike at their beginning. */
export function family(syllable) {
  return syllable[0] === "n" ? "l" : syllable[0];
}

/** Other spellings of a syllable: z/zh, c/ch, s/sh, l/n in front, n/ng at the end. */
function blurred(syllable) {
  const fronts = [syllable];
  for (const [long, short] of BEGINNINGS) {
    if (syllable.startsWith(long)) fronts.push(short + syllable.slice(2));
    else if (syllable.startsWith(short)) fronts.push(long + syllable.slice(1));
  }
  if (syllable[0] === "n") fronts.push(`l${syllable.slice(1)}`);
  if (syllable[0] === "l") fronts.push(`n${syllable.slice(1)}`);
  const all = new Set(fronts);
  for (const each of fronts) {
    for (const [long, short] of ENDINGS) {
      if (each.endsWith(long)) all.add(each.slice(0, -1));
      else if (each.endsWith(short)) all.add(`${each}g`);
    }
  }
  all.delete(syllable);
  return all;
}

/** Reads typed letters. A token is {end, family, costs}: where it ends, and what each syllable (by number) costs for it. */
export class Syllables {
  constructor(names) {
    this.names = names;
    this.spelt = new Map(); // spelling -> Map(syllable -> cost)
    this.begun = new Map(); // beginning -> Map(syllable -> cost)
    this.known = new Map(); // what has been worked out before
    names.forEach((name, number) => this.#spell(name, number));
  }

  #spell(name, number) {
    for (const own of [name, ...(ALSO[name] ?? [])]) note(this.spelt, own, number, 0);
    for (const other of blurred(name)) note(this.spelt, other, number, FUZZY);
    for (const own of [name, ...blurred(name)]) {
      const blur = own === name ? 0 : FUZZY;
      for (let size = 1; size < own.length; size++) note(this.begun, own.slice(0, size), number, BEGUN + blur);
    }
  }

  /** Every way to read on from a place. */
  tokens(typed, at) {
    const found = [];
    const stop = typed.indexOf("'", at);
    const limit = stop < 0 ? typed.length : stop;
    for (let end = Math.min(limit, at + LONGEST); end > at; end--) {
      const costs = this.#costs(typed, at, end, limit);
      if (costs?.size) found.push({ end: end === stop ? end + 1 : end, family: family(typed[at]), costs });
    }
    return found;
  }

  #costs(typed, at, end, limit) {
    const part = typed.slice(at, end);
    if (end === typed.length) return this.#once(`${part}…`, () => this.#unfinished(part));
    if (this.spelt.has(part)) return this.spelt.get(part);
    const initial = part.length === 1 || (part.length === 2 && part[1] === "h");
    const follows = end < limit && (VOWELS.includes(typed[end]) || (typed[end] === "h" && "zcs".includes(part)));
    if (!initial || follows || VOWELS.includes(part[0])) return null;
    return this.#once(part, () => dearer(this.begun.get(part), INITIAL - BEGUN));
  }

  /** The last letters: a whole syllable, or the beginning of a longer one. */
  #unfinished(part) {
    const costs = new Map(this.begun.get(part));
    for (const [number, cost] of this.spelt.get(part) ?? []) costs.set(number, Math.min(cost, costs.get(number) ?? cost));
    return costs;
  }

  #once(key, make) {
    if (!this.known.has(key)) this.known.set(key, make());
    return this.known.get(key);
  }
}

function dearer(costs = new Map(), by = 0) {
  return new Map([...costs].map(([number, cost]) => [number, cost + by]));
}


function note(table, spelling, number, cost) {
  const known = table.get(spelling) ?? table.set(spelling, new Map()).get(spelling);
  if (!(known.get(number) <= cost)) known.set(number, cost);
}
