// From typed letters to words. Words lie by the first letters of their syllables (xf: 信访, 新房, 西方 …), so that whole syllables, first
// letters and a mixture are found in one look-up; a sentence is the most likely chain of words. No page is needed here.

import { Syllables } from "./syllables.js";
import { Table, put } from "./table.js";

const SLICE = 8; // ms
const FINEST = 4; // steps of a weight for each power of e (bot/kiosk/words.py)
const TOTAL = 18.2; // ln of the sum of all weights
const WORD = 1; // each further word of a sentence
const UNREAD = 40; // a letter that no syllable holds
const LEARNED = -3; // as likely as the commonest words
const SURNAME = 6;
const MOST_SYLLABLES = 8;
const MOST = 240;
const LONGER = 4; // words offered that are longer than what is typed
const NEAR = 8; // words before those that are longer
const PARTS = 6; // words offered for each beginning of what is typed

export class Ime {
  /** `data` is what GET /kiosk/words gives. The words are filled in slices, so that a weak machine answers touches meanwhile. */
  static async of(data) {
    const ime = new Ime(data);
    let until = performance.now() + SLICE;
    for (const level of levels(data.words)) {
      for (const word of data.words[level].split(" ")) {
        ime.#add(word, weight(level));
        if (performance.now() < until) continue;
        await new Promise((done) => setTimeout(done));
        until = performance.now() + SLICE;
      }
    }
    ime.readings = null;
    return ime;
  }

  constructor(data) {
    const names = Object.keys(data.characters);
    this.syllables = new Syllables(names);
    this.names = names;
    this.surnames = new Map(Array.from(data.surnames, (surname, rank) => [surname, Math.max(SURNAME - rank / 50, 1)]));
    this.likeliest = new WeakMap(); // the best character for the costs of a token
    this.words = new Table(names);
    this.characters = names.map((name) => unpacked(data.characters[name]));
    this.readings = readingsOf(this.characters);
    this.forget();
  }

  /** A digit after a character names a reading that is not its first. */
  #add(word, score) {
    let [text, ids] = ["", ""];
    for (const sign of word) {
      if (sign >= "0" && sign <= "9") ids = ids.slice(0, -1) + this.readings.get(text.at(-1))[Number(sign)].code;
      else {
        text += sign;
        ids += this.readings.get(sign)[0].code;
      }
    }
    this.words.add(text, ids, score);
  }

  /** What was learned from this citizen is gone. */
  forget() {
    this.learned = new Table(this.names);
    this.last = null;
  }

  /** Words that were put together or chosen come first until forget(). */
  learn(text, ids) {
    if (text.length === 0 || ids.length === 0 || ids.length > MOST_SYLLABLES) return;
    const known = this.learned.texts.findIndex((each, at) => each === text && this.learned.ids[at] === ids);
    if (known < 0) this.learned.add(text, ids, LEARNED);
    this.last = null;
  }

  /** [{text, used, ids}]: best first; `used` is how many of the letters a candidate takes. */
  candidates(typed, { name = false } = {}) {
    if (!typed) return [];
    return this.#read(typed, name).candidates();
  }

  /** The letters with blanks between the syllables. */
  spaced(typed) {
    return typed ? this.#read(typed, this.last?.name ?? false).spaced() : "";
  }

  #read(typed, name) {
    if (this.last?.typed !== typed || this.last.name !== name) this.last = new Reading(this, typed, name);
    return this.last;
  }
}

/** One way through typed letters for each of their beginnings, and every word at their first letter. */
class Reading {
  constructor(ime, typed, name) {
    Object.assign(this, { ime, typed, name });
    this.best = [{ score: 0, text: "", ids: "", ends: [] }];
    this.first = new Map(); // end -> words from the first letter
    this.more = [];
    this.heads = new Map(); // tokens of the first syllable by end
    for (let at = 0; at < typed.length; at++) if (this.best[at]) this.#from(at);
  }

  #from(at) {
    this.#relax(at, at + 1, this.typed[at] === "'" ? 0 : -UNREAD, this.typed[at], "", [at + 1]);
    this.#walk(at, at, "", []);
  }

  #walk(start, at, key, tokens) {
    const { words, learned } = this.ime;
    for (const token of this.ime.syllables.tokens(this.typed, at)) {
      const longer = key + token.family;
      const reached = [...tokens, token];
      if (reached.length === 1) this.#singles(start, token);
      for (const table of [words, learned]) this.#meet(table, start, token.end, longer, reached);
      const on = words.byKey.has(longer) || learned.byKey.has(longer);
      if (on && token.end < this.typed.length && reached.length < MOST_SYLLABLES) this.#walk(start, token.end, longer, reached);
    }
  }

  #meet(table, start, end, key, tokens) {
    const list = table.byKey.get(key);
    if (start === 0) this.#collect(table, list, end, tokens, key);
    let best = -Infinity;
    let found = -1;
    table.each(list, tokens, (number, cost) => {
      const score = table.scores[number] - cost;
      if (score > best) [best, found] = [score, number];
      return table.scores[number] <= best; // those that follow are no heavier
    });
    if (found >= 0 && (table === this.ime.words || tokens.length > 1)) this.#relax(start, end, best, table.texts[found], table.ids[found], tokens);
  }

  #collect(table, list, end, tokens, key) {
    const whole = end === this.typed.length;
    const own = this.first.get(end) ?? this.first.set(end, []).get(end);
    let room = whole ? MOST : PARTS;
    table.each(list, tokens, (number, cost) => {
      if (!whole && cost) return false;
      own.push({ text: table.texts[number], ids: table.ids[number], used: end, cost, score: table.scores[number] - cost });
      return --room === 0;
    });
    if (!whole || tokens.length < 2) return;
    table.each(table.longer.get(key), tokens, (number, cost) => {
      this.more.push({ text: table.texts[number], ids: table.ids[number], used: end, cost, score: table.scores[number] - cost });
      return this.more.length >= LONGER * 3;
    });
  }

  #singles(start, token) {
    if (start === 0) this.heads.set(token.end, token);
    const { score, text, ids } = start === 0 && this.name ? this.#likeliest(token, true) : this.#usual(token);
    this.#relax(start, token.end, score, text, ids, [token.end]);
  }

  #usual(token) {
    const { likeliest } = this.ime;
    if (!likeliest.has(token.costs)) likeliest.set(token.costs, this.#likeliest(token, false));
    return likeliest.get(token.costs);
  }

  #likeliest(token, name) {
    let best = { score: -Infinity };
    for (const [id, cost] of token.costs) {
      const all = this.ime.characters[id];
      for (const each of name ? all : all.slice(0, 1)) {
        const score = this.#single(each, name) - cost;
        if (score > best.score) best = { score, text: each.text, ids: String.fromCharCode(id) };
      }
    }
    return best;
  }

  #single(character, name) {
    return character.score + (name ? (this.ime.surnames.get(character.text) ?? 0) : 0);
  }

  #relax(start, end, score, text, ids, ends) {
    const before = this.best[start];
    const total = before.score + score - WORD;
    if (this.best[end] && this.best[end].score >= total) return;
    const own = ends.map((each) => each.end ?? each);
    const said = text === "'" ? "" : text;
    this.best[end] = { score: total, text: before.text + said, ids: before.ids + ids, ends: [...before.ends, ...own] };
  }

  candidates() {
    const { typed } = this;
    const whole = [...(this.first.get(typed.length) ?? []), ...this.#characters(typed.length)].sort(heavier);
    const exact = whole.filter((each) => each.cost === 0);
    const other = whole.filter((each) => each.cost > 0);
    const way = this.best[typed.length];
    const sentence = { text: way.text, ids: way.ids, used: typed.length, score: way.score + WORD };
    const guess = !exact.length || sentence.score > exact[0].score ? [sentence] : [];
    const doubted = !exact.length && other[0]?.score >= sentence.score ? [other[0]] : [];
    const [near, far] = exact.length ? [exact, other] : [other, []];
    const more = this.more.filter((each) => !exact.length || !each.cost).sort(heavier).slice(0, LONGER);
    return unique([...doubted, ...guess, ...near.slice(0, NEAR), ...more, ...near.slice(NEAR), ...far, sentence, ...this.#parts()]);
  }

  /** Words for beginnings of what is typed, the longest first, and the characters of the first syllable. */
  #parts() {
    const ends = [...this.first.keys(), ...this.heads.keys()].filter((end) => end < this.typed.length);
    const parts = [...new Set(ends)].sort((one, two) => two - one);
    const words = parts.flatMap((end) => (this.first.get(end) ?? []).sort(heavier).slice(0, PARTS));
    const head = this.best[this.typed.length].ends[0]; // 去 of qunian comes before 群
    const heads = [head, ...parts.filter((end) => end !== head)].filter((end) => end < this.typed.length);
    return [...words, ...heads.flatMap((end) => this.#characters(end)).slice(0, MOST)];
  }

  #characters(end) {
    const token = this.heads.get(end);
    const found = [];
    for (const [id, cost] of token?.costs ?? []) {
      const ids = String.fromCharCode(id);
      const most = cost === 0 ? MOST : token.costs.size > 12 ? 8 : 24;
      for (const each of this.ime.characters[id].slice(0, most)) {
        found.push({ text: each.text, ids, used: end, cost, score: this.#single(each, this.name) - cost });
      }
    }
    return [...this.#learnedCharacters(token, end), ...found.sort(heavier)];
  }

  #learnedCharacters(token, end) {
    const { learned } = this.ime;
    const found = [];
    const list = token && learned.byKey.get(token.family);
    if (!list) return found;
    learned.each(list, [token], (number, cost) => {
      found.push({ text: learned.texts[number], ids: learned.ids[number], used: end, cost, score: LEARNED - cost });
      return false;
    });
    return found;
  }

  spaced() {
    const ends = this.best[this.typed.length].ends;
    return ends.map((end, at) => this.typed.slice(at ? ends[at - 1] : 0, end)).join(" ").replace(/'/g, "");
  }
}

function heavier(one, two) {
  return two.score - one.score;
}

function unique(candidates) {
  const seen = new Set();
  const kept = [];
  for (const each of candidates) {
    if (seen.has(each.text)) continue;
    seen.add(each.text);
    if (kept.push(each) === MOST) break;
  }
  return kept;
}

function weight(level) {
  return level / FINEST - TOTAL;
}

function unpacked([characters, levels]) {
  return Array.from(characters, (text, at) => ({ text, score: weight(levels.charCodeAt(at) - 35), level: levels.charCodeAt(at) - 35 }));
}

/** The heaviest first. */
function levels(words) {
  return Object.keys(words).map(Number).sort((one, two) => two - one);
}

/** Every character with its readings, in the order of bot/kiosk/words.py. */
function readingsOf(characters) {
  const readings = new Map();
  characters.forEach((all, id) => {
    const code = String.fromCharCode(id);
    for (const { text, level } of all) put(readings, text, { code, level });
  });
  for (const each of readings.values()) if (each.length > 1) each.sort((one, two) => two.level - one.level);
  return readings;
}
