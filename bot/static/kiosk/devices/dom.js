// Small pieces that the devices share: elements, a dialog, a message that is read out.

import { text } from "/static/texts.js";

const ANNOUNCED_MS = 60;

export function make(name, className = "", words = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (words) element.textContent = words;
  return element;
}

/** A button; `look`: main or plain. */
export function button(key, act, look = "plain") {
  const element = make("button", `choice ${look}`, text(key));
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

/** Said by the screen reader and shown; `look`: good, where it went well, notice where not, hint while it goes on. */
export function status(words = "", look = "hint") {
  const element = make("p", `${look} device-status`);
  element.setAttribute("role", "status");
  setTimeout(() => { element.textContent = words; }, ANNOUNCED_MS); // a screen reader tells what changes, not what comes with its element
  return element;
}

/** A modal dialog with a title; gone from the page as soon as it is closed, by whatever way. */
export function dialog(title, className = "") {
  const box = make("dialog", `device-dialog ${className}`.trim());
  const head = make("h2", "sheet-title", title);
  head.id = "device-title";
  box.setAttribute("aria-labelledby", head.id);
  box.append(head);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  return box;
}
