// Handwriting of one character: a square to write in, what it could be, one stroke back, all again. Nothing drawn outlives a choice.
import { text } from "/static/texts.js";
import { Paper } from "./paper.js";
import { Reader } from "./reader.js";

export { loadMatcher } from "./match.js";

const CHOICES = 8;
const SHEET = "/static/kiosk/hand.css"; // fetched with the pad, not with the first page

/** `onCharacter(character)` hears a choice; `onDelete()` a Backspace on the empty pad. */
export function createPad({ onCharacter, onDelete }) {
  const pad = new Pad(onCharacter, onDelete);
  return { element: pad.element, clear: () => pad.clear(), destroy: () => pad.destroy() };
}

class Pad {
  constructor(onCharacter, onDelete) {
    Object.assign(this, { onCharacter, onDelete });
    dress();
    this.paper = new Paper(text("hand.paper"), () => this.#read());
    this.undo = button("hand-tool", text("hand.undo"), () => this.#back());
    this.again = button("hand-tool", text("hand.again"), () => this.clear());
    this.choices = Array.from({ length: CHOICES }, () => button("hand-choice", "", (pressed) => this.#choose(pressed.textContent)));
    this.told = Object.assign(document.createElement("p"), { className: "hand-told" });
    this.told.setAttribute("role", "status");
    this.reader = new Reader((answer) => this.#hear(answer));
    this.element = this.#put();
    this.#show([]);
  }

  clear() {
    this.paper.clear();
    this.reader.forget();
    this.#show([]);
  }

  destroy() {
    this.paper.destroy();
    this.reader.stop();
    this.element.remove();
  }

  #put() {
    const element = block("hand-pad"), side = block("hand-side"), tools = block("hand-tools"), choices = block("hand-choices");
    choices.setAttribute("role", "group");
    choices.setAttribute("aria-label", text("hand.choices"));
    choices.append(...this.choices);
    tools.append(this.undo, this.again);
    side.append(this.told, choices, tools);
    element.append(this.paper.canvas, side);
    element.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    element.addEventListener("keydown", (event) => this.#key(event));
    return element;
  }

  #key(event) {
    if (event.key !== "Backspace") return;
    event.preventDefault();
    if (this.paper.strokes.length) this.#back();
    else this.onDelete?.();
  }

  #back() {
    this.paper.undo();
    this.#read();
  }

  #read() {
    if (!this.paper.strokes.length) return this.clear();
    this.#show(this.choices.map((each) => each.textContent).filter(Boolean)); // the old ones until the new ones come
    this.reader.read(this.paper.strokes, CHOICES);
  }

  #hear({ ready, found, broken }) {
    if (broken) return this.#show([], text("hand.broken"));
    if (ready) this.#show([]);
    else if (this.paper.strokes.length) this.#show(found);
  }

  #show(found, told = "") {
    this.choices.forEach((each, number) => {
      each.textContent = found[number] ?? "";
      each.disabled = !found[number];
      each.setAttribute("aria-label", found[number] ? text("hand.choose", { character: found[number] }) : text("hand.nothing"));
    });
    const drawn = this.paper.strokes.length > 0;
    this.undo.disabled = this.again.disabled = !drawn;
    this.told.textContent = told || (found.length ? text("hand.pick") : drawn && !this.reader.ready ? text("hand.loading") : text("hand.write"));
  }

  #choose(character) {
    this.clear();
    this.onCharacter(character);
  }
}

function block(name) {
  return Object.assign(document.createElement("div"), { className: name });
}

function button(name, label, does) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: name, textContent: label });
  made.addEventListener("click", () => does(made));
  return made;
}

function dress() {
  if (document.querySelector(`link[href^="${SHEET}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: SHEET }));
}
