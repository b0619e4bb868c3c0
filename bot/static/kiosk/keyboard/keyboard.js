// The touch keyboard: 拼音 with whole words, 手写, 数字 and 常用句. It serves every field with data-keyboard="text|number|code"; what it
// learns stays in memory until forget(). A hardware keyboard writes into the field as ever.

import { text } from "/static/texts.js";
import { ACTS } from "./acts.js";
import { CandidateBar } from "./bar.js";
import { erase, fill, insert } from "./field.js";
import { button, element, group, row, tab, written } from "./keys.js";
import { HandPane } from "./handpane.js";
import { CODE, SYMBOLS, number, pinyin } from "./layouts.js";
import { listen } from "./presses.js";
import { loadWords } from "./vocabulary.js";

const TABS = ["pinyin", "hand", "number", "phrases"];
const HINTS = { pinyin: "nothing", symbols: "nothing", hand: "nothing", number: "number-hint", phrases: "phrases-hint" };
const LEAVING = 300; // ms; a touch on a button of the page must find it where it was
const SPOKEN = 1500;
const LONGEST_TYPED = 48;
const QUESTION = "question"; // what a field that no question stands at is for
const keyboards = new Set();

/** The keyboard in its region of the page (#keyboard). */
export function startKeyboard(region) {
  const keyboard = new Keyboard(region);
  keyboards.add(keyboard);
  return keyboard;
}

/** At the end of a session: nothing that was typed or learned is left. */
export function forget() {
  for (const each of keyboards) each.forget();
}

class Keyboard {
  constructor(region) {
    Object.assign(this, { region, field: null, typed: "", pieces: [], ime: null, data: null, loading: null });
    this.hand = new HandPane({ onCharacter: (character) => this.write(character), onDelete: () => this.erase() });
    this.forgetHabits();
    this.build();
    listen(region, (key) => this.press(key));
    document.addEventListener("focusin", ({ target }) => target.matches?.("[data-keyboard]") && this.open(target));
    document.addEventListener("focusout", () => setTimeout(() => this.leave(), LEAVING));
    document.addEventListener("click", ({ target }) => target.matches?.("[data-keyboard]") && this.open(target));
    new ResizeObserver(() => this.measure()).observe(region);
    new MutationObserver(() => this.field?.isConnected === false && this.close()).observe(document.body, { childList: true, subtree: true });
    if (document.activeElement?.matches("[data-keyboard]")) this.open(document.activeElement);
  }

  forgetHabits() {
    Object.assign(this, { habit: "pinyin", pane: "pinyin", english: false, capital: false, cleared: null });
  }

  build() {
    this.region.classList.add("keyboard");
    this.region.setAttribute("role", "group");
    this.region.setAttribute("aria-label", text("keyboard.name"));
    this.tabs = group("tabs", "keyboard.tabs");
    this.keys = group("keys", "keyboard.keys");
    this.bar = new CandidateBar((candidate) => this.choose(candidate));
    this.status = element("p", "spoken");
    this.status.setAttribute("role", "status");
    this.region.replaceChildren(this.tabs, this.bar.element, this.keys, this.status);
    this.region.hidden = true;
  }

  // --- open and close ---

  open(field) {
    if (field !== this.field) this.drop();
    if (field === this.field && !this.region.hidden) return;
    this.field = field;
    this.pane = field.dataset.keyboard === "text" ? this.habit : "number";
    field.setAttribute("inputmode", "none");
    this.region.hidden = false;
    document.body.classList.add("typing");
    this.show();
    this.load();
    this.measure();
  }

  close() {
    this.drop();
    this.hand.unmount();
    this.region.hidden = true;
    this.field = null;
    document.body.classList.remove("typing");
  }

  /** Whoever touches the page elsewhere wants to see it; the button that sends the field is not elsewhere. */
  leave() {
    const at = document.activeElement;
    const here = at === this.field || this.region.contains(at) || (this.field?.form?.contains(at) ?? false);
    if (this.field && !here) this.close();
  }

  forget() {
    this.ime?.forget();
    this.forgetHabits();
    this.close();
  }

  measure() {
    if (this.region.hidden) return;
    this.bar.measure();
    this.field.scrollIntoView({ block: "nearest" });
  }

  load() {
    const phrases = (data) => {
      this.data = data;
      if (this.field) this.show();
    };
    this.loading ??= loadWords(this.region.dataset.words ?? "/kiosk/words", phrases)
      .then((ime) => {
        this.ime = ime;
        this.suggest();
      })
      .catch(() => {
        this.loading = null;
        this.bar.hint(text("keyboard.absent"));
      });
  }

  // --- what is shown ---

  show() {
    const tabs = TABS.filter((each) => each !== "phrases" || this.phrases().length);
    const shown = this.pane === "symbols" ? "pinyin" : this.pane;
    this.tabs.replaceChildren(...tabs.map((each) => tab(each, each === shown)), away());
    if (this.pane !== "hand") this.hand.unmount();
    this.keys.className = `keys ${this.pane}`;
    if (this.pane === "hand") this.hand.mount(this.keys, (keys) => this.row(keys));
    else if (this.pane === "phrases") this.keys.replaceChildren(...this.phrases().map(written));
    else this.keys.replaceChildren(...this.rows().map((keys) => this.row(keys)));
    this.suggest();
  }

  phrases() {
    const all = this.data?.phrases;
    return all ? (all[this.field?.dataset.asks || QUESTION] ?? all.any) : [];
  }

  rows() {
    if (this.pane === "symbols") return SYMBOLS;
    if (this.pane === "pinyin") return pinyin(this.english);
    return this.field.dataset.keyboard === "code" ? CODE : number(this.field.dataset.asks);
  }

  row(keys) {
    const enter = this.field.matches("textarea") ? "newline" : "done";
    const clear = this.cleared === null ? "clear" : "restore";
    return row(keys, { latin: this.english, upper: this.english && this.capital, enter, clear });
  }

  suggest() {
    if (!this.field) return;
    if (!this.typed) this.bar.hint(text(`keyboard.${HINTS[this.pane]}`));
    else if (!this.ime) this.bar.show(this.typed, [{ text: this.typed, used: this.typed.length, ids: "" }]);
    else {
      const name = this.field.dataset.asks === "name" && !this.field.value;
      const candidates = this.ime.candidates(this.typed, { name });
      this.bar.show(this.ime.spaced(this.typed), candidates);
    }
  }

  // --- what is done ---

  press(key) {
    if (!this.field) return;
    const { act, tab: pane, letter, sign } = key.dataset;
    if (pane) this.turn(pane);
    else if (act === "letter") this.letter(letter);
    else if (act === "write") this.write(sign);
    else if (act === "choose") this.choose(this.bar.candidate(key));
    else if (act === "previous" || act === "next") this.bar.turn(act === "next" ? 1 : -1);
    else ACTS[act](this);
  }

  turn(pane) {
    this.settle();
    this.pane = pane;
    if (this.field.dataset.keyboard === "text" && (pane === "pinyin" || pane === "hand")) this.habit = pane;
    this.show();
  }

  letter(letter) {
    if (this.english) this.write(letter);
    else if (this.typed.length < LONGEST_TYPED) this.compose(this.typed + letter);
  }

  separate() {
    if (this.typed && !this.typed.endsWith("'")) this.compose(`${this.typed}'`);
  }

  compose(typed) {
    this.typed = typed;
    this.suggest();
  }

  /** The candidate goes into the field; the letters that it leaves go on. */
  choose(candidate) {
    this.pieces.push(candidate);
    const rest = this.typed.slice(candidate.used).replace(/^'/, "");
    this.enter(candidate.text);
    if (!rest) this.learn();
    this.compose(rest);
  }

  learn() {
    const known = this.pieces.every((each) => each.ids);
    if (known) this.ime?.learn(this.pieces.map((each) => each.text).join(""), this.pieces.map((each) => each.ids).join(""));
    this.pieces = [];
  }

  /** What is still being typed is written as the keyboard understands it. */
  settle() {
    while (this.typed && this.bar.first()) this.choose(this.bar.first());
  }

  write(sign) {
    this.settle();
    this.enter(sign);
  }

  enter(written) {
    insert(this.field, written);
    this.kept();
    this.status.textContent = text("keyboard.written", { text: written });
    clearTimeout(this.silence);
    this.silence = setTimeout(() => (this.status.textContent = ""), SPOKEN);
  }

  erase() {
    if (this.typed) this.compose(this.typed.slice(0, -1));
    else erase(this.field);
    this.kept();
  }

  /** 清空; a second touch brings it back, for fingers slip. */
  clear() {
    if (this.typed) this.drop();
    else if (this.cleared) this.restore();
    else if (this.field.value) {
      this.cleared = fill(this.field, "");
      this.show();
    }
    this.suggest();
  }

  restore() {
    fill(this.field, this.cleared);
    this.kept();
  }

  kept() {
    if (this.cleared === null) return;
    this.cleared = null;
    this.show();
  }

  space() {
    if (this.typed) this.choose(this.bar.first());
    else this.write(" ");
  }

  /** The letters as they are; else a new line, or in a field of one line what its form does. */
  done() {
    if (this.typed) {
      const letters = this.typed;
      this.drop();
      this.enter(letters);
      this.suggest();
    } else if (this.field.matches("textarea")) this.enter("\n");
    else if (this.field.form) this.field.form.requestSubmit();
    else this.close();
  }

  drop() {
    Object.assign(this, { typed: "", pieces: [], cleared: null });
    this.status.textContent = "";
    this.bar.hint("");
  }

  toggle(what) {
    this.settle();
    this[what] = !this[what];
    this.show();
  }
}

function away() {
  const made = button("close", text("keyboard.close"), "tab");
  made.setAttribute("aria-label", text("keyboard.close-key"));
  return made;
}
