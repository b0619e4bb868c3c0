// Buttons of the keyboard, made from what layouts.js says.

import { text } from "/static/texts.js";

/** A row of keys; `look` is {latin, upper, enter, clear}: how letters look, and what stands on two keys. */
export function row(keys, look) {
  const made = element("div", "row");
  made.append(...keys.map((key) => keyOf(key, look)));
  return made;
}

function keyOf(key, look) {
  if (key.act === "write") return written(key.sign);
  if (key.act === "letter") return letter(look.upper ? key.letter.toUpperCase() : key.letter, look.latin);
  const made = button(key.act, text(`keyboard.${look[key.act] ?? key.text}`), `key act ${key.wide}`);
  if (key.name) made.setAttribute("aria-label", text(`keyboard.${key.name}`));
  if (key.act === "capital") made.setAttribute("aria-pressed", String(look.upper));
  return made;
}

function letter(shown, latin) {
  const made = button("letter", shown, "key letter");
  made.dataset.letter = shown;
  if (shown === "v" && !latin) made.setAttribute("aria-label", text("keyboard.yu"));
  return made;
}

export function element(name, className) {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

export function group(className, name) {
  const made = element("div", className);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", text(name));
  return made;
}

export function button(act, shown, className) {
  const made = element("button", className);
  made.type = "button";
  made.dataset.act = act;
  made.textContent = shown;
  return made;
}

export function tab(pane, pressed) {
  const made = button("tab", text(`keyboard.${pane}`), "tab");
  made.dataset.tab = pane;
  made.setAttribute("aria-pressed", String(pressed));
  return made;
}

/** A key that writes what stands on it. */
export function written(sign) {
  const made = button("write", sign, "key sign");
  made.dataset.sign = sign;
  return made;
}
