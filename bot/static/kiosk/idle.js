// A kiosk that nobody touches asks whether somebody is there, and then forgets (WCAG 2.2.1: one touch goes on).
// Touch, keys, what comes in through the screen's own keyboard or a composition, and speech both ways all count.

import { text } from "/static/texts.js";

const SIGNS = ["pointerdown", "pointermove", "touchstart", "keydown", "wheel", "input", "compositionstart", "compositionupdate", "change", "kiosk:speaking"];
const TICK_MS = 500;

/** `used`: whether there is anything to forget; `leave` forgets it. */
export function watchIdle({ used, leave, announce }) {
  const idle = Number(document.body.dataset.idle) * 1000;
  const countdown = Number(document.body.dataset.countdown) * 1000;
  const dialog = document.getElementById("idle");
  const seconds = document.getElementById("idle-seconds");
  let last = Date.now();
  let left = false;
  const alive = () => { if (!dialog.open) last = Date.now(); };
  const stay = () => { last = Date.now(); if (dialog.open) dialog.close(); };
  const go = () => { left = true; stay(); leave(); };

  for (const event of SIGNS) addEventListener(event, alive, { passive: true, capture: true });
  document.getElementById("idle-stay").addEventListener("click", stay);
  document.getElementById("idle-leave").addEventListener("click", go);
  dialog.addEventListener("cancel", stay);
  dialog.addEventListener("keydown", (event) => { if (!["Tab", "Shift", "Enter", " "].includes(event.key)) stay(); });

  setInterval(() => {
    if (left) return;
    if (!used()) { stay(); return; }
    const quiet = Date.now() - last;
    if (quiet >= idle + countdown) { go(); return; }
    if (quiet < idle) return;
    const rest = Math.ceil((idle + countdown - quiet) / 1000);
    if (!dialog.open) { dialog.showModal(); announce(text("idle.soon", { seconds: rest })); }
    seconds.textContent = String(rest);
  }, TICK_MS);
}
