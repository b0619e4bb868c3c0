// Words under the first letters of their syllables, each list heaviest first.

import { family } from "./syllables.js";

/** Words with their syllables, heaviest first. */
export class Table {
  constructor(names) {
    this.families = names.map(family);
    this.texts = [];
    this.ids = []; // numbers of syllables, as the characters of a string
    this.scores = [];
    this.byKey = new Map();
    this.longer = new Map();
  }

  add(text, ids, score) {
    const number = this.texts.push(text) - 1;
    this.ids.push(ids);
    this.scores.push(score);
    let key = "";
    for (let at = 0; at < ids.length; at++) {
      key += this.families[ids.charCodeAt(at)];
      const last = at === ids.length - 1;
      if (last || !this.byKey.has(key)) put(this.byKey, key, last ? number : null);
      if (!last && at > 0) put(this.longer, key, number);
    }
  }

  /** Words of a list whose first syllables agree with the tokens: visit(number, cost) until it says true. */
  each(list, tokens, visit) {
    for (const number of list ?? []) {
      const ids = this.ids[number];
      let cost = 0;
      for (let at = tokens.length - 1; at >= 0 && cost >= 0; at--) {
        const own = tokens[at].costs.get(ids.charCodeAt(at));
        cost = own === undefined ? -1 : cost + own;
      }
      if (cost >= 0 && visit(number, cost)) return;
    }
  }
}

/** Adds to the list of a key, which is made if it is not there. */
export function put(map, key, value) {
  const list = map.get(key) ?? map.set(key, []).get(key);
  if (value !== null) list.push(value);
}
