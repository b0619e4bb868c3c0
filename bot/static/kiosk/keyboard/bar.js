// The bar above the keys: what is being typed, and the words to choose from, a page at a time. Buttons are made once and used again.

import { text } from "/static/texts.js";

const LEAST = 96; // px
const PADDING = 44;
const MOST_SHOWN = 16;

export class CandidateBar {
  constructor() {
    this.element = made("div", "strip");
    this.typed = made("span", "typed");
    this.list = made("div", "words");
    this.list.setAttribute("role", "group");
    this.list.setAttribute("aria-label", text("keyboard.candidates"));
    this.note = made("p", "note");
    this.previous = turner("previous", "‹");
    this.next = turner("next", "›");
    this.buttons = Array.from({ length: MOST_SHOWN }, (_, place) => choice(place));
    this.list.append(...this.buttons);
    this.element.append(this.typed, this.note, this.list, this.previous, this.next);
    Object.assign(this, { candidates: [], starts: [0], page: 0, width: 800, letter: 30 });
    this.hint("");
  }

  /** How wide the bar and a letter are: asked when the window changes, not at every key. */
  measure() {
    this.width = this.element.clientWidth;
    this.letter = parseFloat(getComputedStyle(this.buttons[0]).fontSize);
    if (this.candidates.length) this.render();
  }

  hint(words) {
    this.candidates = [];
    this.note.textContent = words;
    this.element.classList.add("idle");
    this.typed.textContent = "";
    for (const each of this.buttons) fillIn(each, null);
  }

  show(typed, candidates) {
    Object.assign(this, { candidates, starts: [0], page: 0 });
    this.element.classList.remove("idle");
    this.note.textContent = "";
    this.typed.textContent = typed;
    this.render();
  }

  turn(by) {
    this.page = Math.max(0, Math.min(this.page + by, this.starts.length - 1));
    this.render();
  }

  first() {
    return this.candidates[this.starts[this.page]];
  }

  candidate(key) {
    return this.candidates[this.starts[this.page] + Number(key.dataset.place)];
  }

  render() {
    const start = this.starts[this.page];
    const end = this.#end(start);
    this.buttons.forEach((each, place) => fillIn(each, start + place < end ? this.candidates[start + place].text : null));
    if (end < this.candidates.length) this.starts[this.page + 1] = end;
    else this.starts.length = this.page + 1;
    this.previous.disabled = this.page === 0;
    this.next.disabled = end >= this.candidates.length;
  }

  /** As many as fit; at least one. */
  #end(start) {
    let room = this.width - 2 * (LEAST + 8) - Math.max(120, this.typed.textContent.length * this.letter * 0.5 + 24);
    let end = start;
    while (end < this.candidates.length && end - start < MOST_SHOWN) {
      room -= Math.max(LEAST, Array.from(this.candidates[end].text).length * this.letter + PADDING) + 8;
      if (room < 0 && end > start) break;
      end += 1;
    }
    return end;
  }
}

function fillIn(button, words) {
  button.hidden = words === null;
  if (words !== null) button.textContent = words;
  else if (button.textContent) button.textContent = "";
}

function made(name, className) {
  const element = document.createElement(name);
  element.className = className;
  return element;
}

function choice(place) {
  const button = made("button", "word");
  button.type = "button";
  button.dataset.act = "choose";
  button.dataset.place = String(place);
  return button;
}

function turner(act, sign) {
  const button = made("button", "turn");
  button.type = "button";
  button.dataset.act = act;
  button.textContent = sign;
  button.setAttribute("aria-label", text(`keyboard.${act}`));
  return button;
}
