// The kiosk: what happens around a screen. Without this script the pages still work as plain forms.

import { watchIdle } from "/static/kiosk/idle.js";
import { watchNet } from "/static/kiosk/net.js";
import { text } from "/static/texts.js";

const root = document.documentElement;
const sheet = document.getElementById("sheet");
const screen = () => document.getElementById("screen");

// Parts that others bring, each with its look: it starts by itself, and one that is not there leaves no trace.
const PARTS = [
  ["/static/kiosk/keyboard/keyboard.js", "/static/kiosk/keyboard/keyboard.css", (part) => part.startKeyboard(document.getElementById("keyboard"))],
  ["/static/kiosk/speech.js", "", (part) => part.startSpeech()],
  ["/static/kiosk/devices/devices.js", "/static/kiosk/devices/devices.css", (part) => part.startDevices()],
  ["/static/kiosk/carry.js", "/static/kiosk/carry.css", (part) => part.startCarry()],
];
const TOUCHES = ["pointerdown", "keydown", "focusin"];
const PATIENCE_MS = 500;
let parted = false;

/** Nothing on the first screen needs them: they come while the machine rests, or with the first touch. */
function loadPartsSoon() {
  for (const event of TOUCHES) addEventListener(event, loadParts, { capture: true, passive: true });
  const rested = () => requestIdleCallback(loadParts, { timeout: PATIENCE_MS });
  if (document.readyState === "complete") rested();
  else addEventListener("load", rested, { once: true });
}

function loadParts() {
  if (parted) return;
  parted = true;
  for (const event of TOUCHES) removeEventListener(event, loadParts, { capture: true });
  for (const [path, look, start] of PARTS) {
    Promise.all([import(path), look && style(look)]).then(([part]) => start(part)).catch((error) => console.warn(path, error.message));
  }
  navigator.serviceWorker?.register("/kiosk/sw.js", { scope: "/kiosk" }).catch(() => {});
}

function style(href) {
  return new Promise((done) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done, onerror: done }));
  });
}

// --- a new screen -----------------------------------------------------------------------------------------------------------------

function onScreen(first = false) {
  const main = screen();
  closeSheets();
  const speak = document.getElementById("tool-speak");
  speak.dataset.speak = main.dataset.speak;
  speak.disabled = !main.dataset.speak;
  const start = main.dataset.screen === "start";
  document.getElementById("tool-back").disabled = start;
  document.getElementById("tool-end").disabled = main.dataset.session !== "yes" && start;
  const talk = document.getElementById("talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
  if (!first) focusIn(main);
  announce(main.dataset.announce);
  for (const file of main.querySelectorAll("form.evidence")) sendFileAtOnce(file);
  document.dispatchEvent(new CustomEvent("kiosk:screen", { detail: { screen: main.dataset.screen } }));
}

/** The new question has the focus; a screen reader reads it with its field. */
function focusIn(main) {
  scrollTo(0, 0);
  const place = main.querySelector("[data-focus]") ?? main;
  place.focus({ preventScroll: !place.matches("input, textarea") });
}

export function announce(words) {
  const live = document.getElementById("live");
  live.textContent = "";
  if (words) setTimeout(() => { live.textContent = words; }, 50);
}

/** A file that was chosen goes off without a second touch. */
function sendFileAtOnce(form) {
  const button = form.querySelector(".send");
  button.hidden = true;
  form.querySelector("input[type=file]").addEventListener("change", (event) => { if (event.target.files.length) form.requestSubmit(button); });
}

// --- sheets -----------------------------------------------------------------------------------------------------------------------

function closeSheets() {
  if (sheet.open) sheet.close();
}

function openSheet() {
  if (!sheet.textContent.trim()) return;
  if (!sheet.open) sheet.showModal();
  const title = sheet.querySelector("[data-focus], .sheet-title");
  title?.setAttribute("tabindex", "-1");
  title?.focus();
  announce(sheet.querySelector("[data-announce]")?.dataset.announce ?? "");
}

sheet.addEventListener("close", () => { sheet.textContent = ""; });
sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });

// --- the end ----------------------------------------------------------------------------------------------------------------------

let ending = false;

/** The wipe: the screen at once, then the server; where that is away the next page tells it before it shows anything. */
export async function end() {
  if (ending) return;
  ending = true;
  screen().replaceChildren(Object.assign(document.createElement("p"), { className: "notice", textContent: text("net.wiping") }));
  closeSheets();
  announce(text("idle.gone"));
  sessionStorage.clear();
  let told = false;
  try {
    const answer = await fetch("/kiosk/end", { method: "POST", headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(8000) });
    told = answer.ok;
  } catch { /* the server is away */ }
  location.replace(told ? "/kiosk" : "/kiosk?over=1");
}

function askToEnd(event) {
  event.preventDefault();
  if (screen().dataset.unfiled === "yes" || typed()) htmx.ajax("GET", "/kiosk/ending", { target: "#sheet", swap: "innerHTML" });
  else end();
}

/** Whether something stands in a field that is not sent yet. */
function typed() {
  return [...document.querySelectorAll("#screen [data-keyboard]")].some((field) => field.value.trim());
}

// --- wiring -----------------------------------------------------------------------------------------------------------------------

document.getElementById("end-form").addEventListener("submit", askToEnd);

// The question, its field and its button stay above the keyboard; where there is no room for all three, field and button do.
document.addEventListener("focusin", (event) => {
  const form = event.target.closest?.("[data-keyboard]")?.closest("form");
  if (form) setTimeout(() => showAbove(form), 150);
});

function showAbove(form) {
  const head = form.closest(".ask")?.querySelector("h1") ?? form;
  const need = form.getBoundingClientRect().bottom - head.getBoundingClientRect().top;
  if (need <= screen().clientHeight) head.scrollIntoView({ block: "start" });
  else form.scrollIntoView({ block: "end" });
  const field = form.querySelector("[data-keyboard]"); // beside the question on a wide screen, and then higher than it
  if (field.getBoundingClientRect().top < screen().getBoundingClientRect().top + 12) field.scrollIntoView({ block: "start" });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-end-now]")) end();
  const print = event.target.closest("[data-print]");
  if (print) { root.dataset.print = print.dataset.print || "slip"; window.print(); }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse } = event.detail;
  if (target.id === "screen" && event.detail.swapOverride !== "none" && serverResponse?.trimStart().startsWith("<main")) event.detail.swapOverride = "outerHTML";
});

document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id === "screen") onScreen();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "sheet") openSheet();
});

document.addEventListener("kiosk:sheet", openSheet);

document.addEventListener("htmx:afterSettle", (event) => {
  const told = event.detail.elt?.dataset?.announce;
  if (event.detail.elt?.id !== "talk" || !told) return;
  announce(told);
  document.dispatchEvent(new CustomEvent("kiosk:told"));
});

document.addEventListener("look", (event) => {
  for (const [name, value] of Object.entries(event.detail)) if (["theme", "size", "reach"].includes(name)) root.dataset[name] = value;
});

// The back button leads nowhere: one entry in the history, and whoever goes back stays.
history.replaceState({ kiosk: 1 }, "", "/kiosk");
history.pushState({ kiosk: 2 }, "", "/kiosk");
addEventListener("popstate", () => history.pushState({ kiosk: 2 }, "", "/kiosk"));
addEventListener("pageshow", (event) => { if (event.persisted) location.replace("/kiosk"); });
addEventListener("contextmenu", (event) => event.preventDefault());

watchNet({ announce });
watchIdle({
  used: () => screen().dataset.session === "yes" || screen().dataset.screen !== "start" || typed(),
  leave: end,
  announce,
});
onScreen(true);
loadPartsSoon();
