// The printer of queue numbers. The number stands on the screen in any case; the button is there where a printer is.

import { text } from "/static/texts.js";
import { button, status } from "/static/kiosk/devices/dom.js";

export const PRINTER = "ticket-printer";
const PATIENCE_MS = 15000;
const FIELDS = ["number", "title", "on", "time", "place", "office"];

/** Numbers on the screen: `<… data-ticket data-number="12" data-on="…" data-time="…" data-place="…">`. */
export function ticketsIn(screen) {
  return [...screen.querySelectorAll("[data-ticket][data-number]")];
}

export function ticketButton(bridge, shown) {
  const touch = button("devices.ticket-print", () => print(bridge, shown, touch), "main");
  touch.dataset.device = PRINTER;
  return touch;
}

async function print(bridge, shown, touch) {
  const told = (words, look) => {
    shown.querySelector(".device-status")?.remove();
    touch.after(status(words, look));
  };
  told(text("devices.ticket-printing"), "hint");
  touch.disabled = true;
  const given = FIELDS.filter((each) => shown.dataset[each]).map((each) => [each, shown.dataset[each]]);
  try {
    await bridge.print(Object.fromEntries(given), { patience: PATIENCE_MS });
    told(text("devices.ticket-printed"), "notice good");
  } catch (fault) {
    const key = fault.code === "no-paper" ? "devices.ticket-no-paper" : "devices.ticket-failed";
    told(text(key, { number: shown.dataset.number }), "notice");
  }
  touch.disabled = false;
}
