// The devices beside the kiosk. A button appears only where its device is there, and goes with it.

import { Bridge } from "/static/kiosk/devices/bridge.js";
import { READER, cardButton, fieldIn } from "/static/kiosk/devices/card.js";
import { cameraButton, fileIn, hasCamera } from "/static/kiosk/devices/camera.js";
import { make } from "/static/kiosk/devices/dom.js";
import { PRINTER, ticketButton, ticketsIn } from "/static/kiosk/devices/ticket.js";

let started = null;

/** Ask the server what this machine has, and keep the buttons of the screen right from then on. */
export function startDevices() {
  if (document.getElementById("screen").dataset.screen === "register") return null; // nobody's machine: nothing to ask, nothing to offer
  started ??= begin();
  return started;
}

async function begin() {
  const bridge = await bridgeOfThisMachine();
  let camera = await hasCamera();
  const show = () => place(bridge, camera);
  navigator.mediaDevices?.addEventListener("devicechange", async () => { camera = await hasCamera(); show(); });
  bridge?.addEventListener("devices", show);
  for (const event of ["htmx:afterSettle", "kiosk:screen"]) document.addEventListener(event, show);
  addEventListener("pagehide", () => bridge?.close());
  bridge?.open();
  show();
  return { bridge, show };
}

async function bridgeOfThisMachine() {
  try {
    const answer = await fetch("/kiosk/device", { cache: "no-store" });
    if (answer.status === 403) location.replace("/kiosk/register");
    const { bridge } = answer.ok ? await answer.json() : {};
    return bridge ? new Bridge(bridge.port, bridge.token) : null;
  } catch {
    return null; // the server is away: the next page asks again
  }
}

function place(bridge, camera) {
  const field = fieldIn(document);
  keep(field, bridge?.has(READER) && field && !field.disabled, READER, () => cardButton(bridge, field), "after");
  const file = fileIn(document);
  keep(file?.form, camera && file, "camera", () => cameraButton(file), "before");
  for (const shown of ticketsIn(document)) keep(shown, bridge?.has(PRINTER), PRINTER, () => ticketButton(bridge, shown), "inside");
}

/** One button of a device where it is wanted, none where not. */
function keep(anchor, wanted, device, build, where) {
  if (!anchor) return;
  const near = where === "inside" ? anchor : anchor.parentElement;
  const there = near.querySelector(`.device-offer[data-device="${device}"]`);
  if (!wanted) return void there?.remove();
  if (there) return;
  const offer = make("div", "device-offer");
  offer.dataset.device = device;
  offer.append(build());
  if (where === "inside") anchor.append(offer);
  else anchor[where](offer);
}
