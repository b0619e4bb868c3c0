// The identity-card reader: name or address, after the citizen agreed, into the field that is asked now. It goes nowhere else.

import { text } from "/static/texts.js";
import { button, dialog, make, status } from "/static/kiosk/devices/dom.js";

export const READER = "card-reader";
const PATIENCE_MS = 25000;
const TOLD = ["no-card", "unreadable", "unplugged", "slow", "busy", "refused"];

/** The field that a card could fill, where the screen asks for one. */
export function fieldIn(screen) {
  return screen.querySelector('input[data-asks="name"], textarea[data-asks="name"], input[data-asks="address"], textarea[data-asks="address"]');
}

/** The button beside the field. */
export function cardButton(bridge, field) {
  const touch = button(`devices.card-button-${field.dataset.asks}`, () => ask(bridge, field));
  touch.dataset.device = READER;
  return touch;
}

function ask(bridge, field) {
  const part = field.dataset.asks;
  const box = dialog(text(`devices.card-ask-${part}`));
  const why = make("p", "why", text(`devices.card-why-${part}`));
  const choices = make("div", "choices");
  choices.append(
    button("devices.card-agree", () => read(box, bridge, field), "main"),
    button("devices.card-refuse", () => leave(box, field)),
  );
  box.append(why, choices);
  box.showModal();
}

async function read(box, bridge, field) {
  const stop = new AbortController();
  const part = field.dataset.asks;
  fill(box, status(text("devices.card-waiting")), button("devices.card-stop", () => leave(box, field)));
  box.addEventListener("close", () => stop.abort(), { once: true });
  try {
    const card = await bridge.read([part], { signal: stop.signal, patience: PATIENCE_MS });
    if (box.open && field.isConnected) {
      put(field, card[part]);
      leave(box, field);
    }
  } catch (fault) {
    if (box.open && fault.code !== "cancelled") fail(box, bridge, field, fault.code);
  }
}

/** As if it had been typed: whoever listens to the field hears it, and the citizen sees it before it is sent. */
function put(field, value) {
  field.value = field.maxLength > 0 ? value.slice(0, field.maxLength) : value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const near = field.closest("form") ?? field.parentElement;
  near.querySelector(".device-status")?.remove();
  field.after(status(text("devices.card-done"), "notice good"));
}

function fail(box, bridge, field, code) {
  const known = TOLD.includes(code) ? code : "slow";
  const choices = make("div", "choices");
  if (bridge.has(READER)) choices.append(button("devices.card-again", () => read(box, bridge, field), "main"));
  choices.append(button("devices.card-own", () => leave(box, field)));
  box.querySelector("h2").textContent = text("devices.card-failed-title");
  fill(box, status(text(`devices.card-failed-${known}`), "notice"), choices);
}

function fill(box, ...content) {
  box.replaceChildren(box.querySelector("h2"), ...content);
  box.querySelector("button").focus();
}

function leave(box, field) {
  box.close();
  field.focus();
}
