// The page without a server: goes back by itself once there is one again.

import { text } from "/static/texts.js";
import { answers, waitForServer } from "/static/kiosk/back.js";

const KEY = "zhilu-back";
const LONGEST_S = 30;
const IDLE_MS = Number(document.body.dataset.idle) * 1000;
const state = document.getElementById("state");
const again = document.getElementById("again");

/** A server that lives and still cannot show its first page must not be asked in a circle: each time a longer rest. */
function rest() {
  const tries = Number(sessionStorage.getItem(KEY) ?? 0);
  sessionStorage.setItem(KEY, String(tries + 1));
  return new Promise((done) => { setTimeout(done, Math.min(2 ** tries, LONGEST_S) * 1000); });
}

async function come() {
  if (await answers()) return rest();
  sessionStorage.removeItem(KEY);
  const { back, hurry } = waitForServer(() => { state.textContent = text("offline.waiting"); again.disabled = false; });
  again.hidden = false;
  again.addEventListener("click", () => { state.textContent = text("offline.trying"); again.disabled = true; hurry(); });
  return back;
}

/** Whoever spoke here last may have left meanwhile, or was wiped when nobody could tell the server: what they said must not meet the next one. */
function where() {
  const left = performance.now() - touched >= IDLE_MS;
  return left || new URLSearchParams(location.search).has("over") ? "/kiosk?over=1" : "/kiosk";
}

let touched = 0;
for (const event of ["pointerdown", "keydown"]) addEventListener(event, () => { touched = performance.now(); }, { passive: true });
await come();
state.textContent = text("offline.back");
location.replace(where());
