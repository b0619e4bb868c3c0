// 带到手机上: the time that a one-time code has left, and what happens once a phone has used it.

import { text } from "/static/texts.js";

const TOLD = [300, 60]; // seconds at which the time left is read out
const RETURN_MS = 20000;

export function startCarry() {
  const sheet = document.getElementById("sheet");
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === sheet) count(sheet.querySelector("[data-carry-left]"));
  });
  sheet?.addEventListener("close", goOn, { capture: true }); // before the sheet is emptied
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.dataset.carry) detail.parameters.what = detail.elt.dataset.carry;
  });
  for (const lost of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(lost, sayAway);
  document.addEventListener("zhilu:carried", leave);
  document.addEventListener("zhilu:back", () => htmx.ajax("GET", "/kiosk/talk", { target: "#screen", swap: "innerHTML" }));
  if (document.querySelector("[data-carried]")) setTimeout(() => location.replace("/kiosk"), RETURN_MS);
}

/** Every second as text; read out seldom, as a voice that counts seconds helps nobody. */
function count(place) {
  if (!place) return;
  const end = performance.now() + Number(place.dataset.carryLeft) * 1000;
  const tick = setInterval(() => {
    const seconds = Math.max(0, Math.round((end - performance.now()) / 1000));
    if (!place.isConnected) return clearInterval(tick);
    place.textContent = seconds ? text("carry.left", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 }) : text("carry.over");
    if (TOLD.includes(seconds)) tell(text("carry.left-speech", { minutes: seconds / 60 }));
    if (!seconds) clearInterval(tick);
  }, 1000);
}

function tell(words) {
  const live = document.getElementById("live");
  if (live) live.textContent = words;
}

/** A touch on the button must not stay without an answer. */
function sayAway({ detail }) {
  if (detail.requestConfig.path !== "/kiosk/carry") return;
  const box = document.getElementById("net");
  box.textContent = text("carry.away");
  box.hidden = false;
}

/** Whoever closes the sheet goes on here: the code of the draft is taken back, and the form asks again. */
function goOn() {
  const shown = document.querySelector("#sheet [data-what]");
  const wiped = !document.getElementById("turn"); // the screen is empty already: the code is all that is left of the draft
  if (shown?.dataset.what !== "draft" || wiped) return;
  htmx.ajax("POST", "/kiosk/carry/back", { target: "#screen", swap: "none" });
}

/** The phone has it: nothing of it stays on this screen or behind the back button. */
function leave() {
  sessionStorage.clear();
  location.replace("/kiosk/carry/gone");
}
