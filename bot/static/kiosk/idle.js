// A kiosk that nobody touches asks whether somebody is there, and then forgets (WCAG 2.2.1: one touch goes on).
// Touch, keys, what comes in through the screen's own keyboard or a composition, and speech both ways all count. So do words of the clerk
// who has the conversation, for somebody waits for them and reads now; but they alone keep nobody's words on the screen for long.

import { text } from "/static/texts.js";

const SIGNS = ["pointerdown", "pointermove", "touchstart", "keydown", "wheel", "input", "compositionstart", "compositionupdate", "change", "kiosk:speaking"];
const TOLD = "kiosk:told";
const TICK_MS = 500;
const MOST_WAITS = 3; // as long as the server keeps a session that nobody touches (bot/kiosk/session.py)

/** `used`: whether there is anything to forget; `leave` forgets it. */
export function watchIdle({ used, leave, announce }) {
  const idle = Number(document.body.dataset.idle) * 1000;
  const countdown = Number(document.body.dataset.countdown) * 1000;
  const dialog = document.getElementById("idle");
  const seconds = document.getElementById("idle-seconds");
  let last = Date.now();
  let touched = last;
  let left = false;
  const alive = () => { if (!dialog.open) last = touched = Date.now(); };
  const stay = () => { last = Date.now(); if (dialog.open) dialog.close(); };
  const here = () => { touched = Date.now(); stay(); };
  const told = () => { if (Date.now() - touched < MOST_WAITS * (idle + countdown)) stay(); };
  const go = () => { left = true; stay(); leave(); };

  for (const event of SIGNS) addEventListener(event, alive, { passive: true, capture: true });
  document.addEventListener(TOLD, told);
  document.getElementById("idle-stay").addEventListener("click", here);
  document.getElementById("idle-leave").addEventListener("click", go);
  dialog.addEventListener("cancel", here);
  dialog.addEventListener("keydown", (event) => { if (!["Tab", "Shift", "Enter", " "].includes(event.key)) here(); });

  setInterval(() => {
    if (left) return;
    if (!used()) { here(); return; }
    const quiet = Date.now() - last;
    if (quiet >= idle + countdown) { go(); return; }
    if (quiet < idle) return;
    const rest = Math.ceil((idle + countdown - quiet) / 1000);
    if (!dialog.open) { dialog.showModal(); announce(text("idle.soon", { seconds: rest })); }
    seconds.textContent = String(rest);
  }, TICK_MS);
}
