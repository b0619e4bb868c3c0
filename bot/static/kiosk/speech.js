// Reading aloud and speaking in. A button without an engine behind it is hidden; nothing plays that nobody asked for.

import { text } from "/static/texts.js";
import { startListening } from "/static/kiosk/listening.js";

const ALWAYS = "kiosk-read-always"; // sessionStorage, which the wipe empties
const BAR = "tool-speak";
let on = null; // until the server has said so
let starting = null;
let playing = null; // { button, player, stopped }

/** Wires every [data-speak] button, now and after each swap; returns once the server has said what it can do. */
export function startSpeech() {
  starting ??= start();
  return starting;
}

async function start() {
  document.addEventListener("click", clicked);
  document.addEventListener("pointerdown", stopForOther, true);
  document.addEventListener("htmx:beforeRequest", (event) => event.detail?.elt?.closest?.("[data-speak]") ?? stop());
  document.addEventListener("htmx:afterSettle", dress);
  document.addEventListener("kiosk:screen", newScreen);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  addEventListener("pagehide", stop);
  stopWhenAsked(document.getElementById("idle"));
  const can = await capabilities();
  on = can.speech;
  dress();
  if (can.listen) startListening({ before: stop });
}

/** Silence, at once. */
export function stop() {
  if (!playing) return;
  const { button, player } = playing;
  playing.stopped = true;
  playing = null;
  player.pause();
  player.removeAttribute("src");
  press(button, false);
}

/** Plays one address after the other, each piece by piece; resolves when the last has ended or somebody stopped it. */
export async function play(urls, button) {
  stop();
  const mine = { button, player: new Audio(), stopped: false };
  playing = mine;
  press(button, true);
  try {
    for (const url of urls) await playPassage(url, mine);
  } catch {
    if (!mine.stopped) announce(text("speech.failed"));
  }
  if (playing === mine) stop();
}

async function playPassage(url, mine) {
  const asked = await fetch(url, { method: "HEAD", cache: "no-store" });
  if (!asked.ok) throw new Error("no sound");
  const parts = Number(asked.headers.get("Speech-Parts"));
  let next = fetched(url, 0);
  for (let part = 0; part < parts && !mine.stopped; part++) {
    const sound = await next;
    next = part + 1 < parts ? fetched(url, part + 1) : null; // the next piece is made while this one plays
    next?.catch(() => {});
    if (!mine.stopped) await playPiece(sound, mine);
  }
}

async function fetched(url, part) {
  const answer = await fetch(`${url}?part=${part}`, { cache: "no-store" });
  if (!answer.ok) throw new Error("no sound");
  return answer.blob();
}

async function playPiece(sound, mine) {
  const address = URL.createObjectURL(sound);
  try {
    await new Promise((resolve, reject) => {
      mine.player.onended = resolve;
      mine.player.onpause = () => mine.stopped && resolve();
      mine.player.onerror = () => (mine.stopped ? resolve() : reject(new Error("no sound")));
      mine.player.src = address;
      mine.player.play().then(
        () => document.dispatchEvent(new CustomEvent("kiosk:speaking", { detail: { seconds: mine.player.duration } })),
        (error) => (mine.stopped ? resolve() : reject(error)), // a browser that lets nothing play before a touch
      );
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

function clicked(event) {
  const always = event.target.closest("[data-speak-always]");
  if (always) return toggleAlways();
  const button = event.target.closest("button[data-speak]");
  if (!button) return undefined;
  event.preventDefault();
  const again = playing?.button === button;
  stop();
  return again ? undefined : play(addresses(button), button);
}

function stopForOther(event) {
  const touched = event.target.closest?.("button, a, summary, label, input, textarea, [role=button]");
  if (playing && touched && !touched.closest("[data-speak], [data-speak-always], #idle-stay")) stop();
}

function stopWhenAsked(idle) {
  if (!idle) return;
  new MutationObserver(() => idle.open && stop()).observe(idle, { attributes: true, attributeFilter: ["open"] });
}

function addresses(button) {
  return (button.dataset.speak ?? "").split(/\s+/).filter(Boolean);
}

function newScreen() {
  stop();
  dress();
  if (on && always()) readScreen();
}

function readScreen() {
  const button = document.getElementById(BAR);
  if (button && addresses(button).length) play(addresses(button), button);
}

/** Hides what has nothing behind it, and puts the switch where larger type is chosen. */
function dress() {
  for (const button of document.querySelectorAll("button[data-speak]")) {
    button.hidden = on === false;
    if (!button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", "false");
  }
  const looks = document.querySelector("#sheet .looks");
  if (on && looks && !looks.querySelector("[data-speak-always]")) looks.append(switchOfAlways());
}

function switchOfAlways() {
  const [set, legend, button] = ["fieldset", "legend", "button"].map((name) => document.createElement(name));
  legend.textContent = text("speech.aloud");
  Object.assign(button, { type: "button", className: "choice plain", textContent: text("speech.always") });
  button.dataset.speakAlways = "";
  button.setAttribute("aria-pressed", String(always()));
  set.append(legend, button);
  return set;
}

function always() {
  return sessionStorage.getItem(ALWAYS) === "yes";
}

function toggleAlways() {
  const wanted = !always();
  if (wanted) sessionStorage.setItem(ALWAYS, "yes");
  else sessionStorage.removeItem(ALWAYS);
  for (const each of document.querySelectorAll("[data-speak-always]")) each.setAttribute("aria-pressed", String(wanted));
  if (wanted) readScreen();
  else stop();
}

function press(button, pressed) {
  if (!button) return;
  button.setAttribute("aria-pressed", String(pressed));
  const label = button.querySelector("[data-speak-label]") ?? (button.childElementCount ? null : button);
  if (!label) return;
  label.dataset.idle ??= label.textContent;
  label.textContent = pressed ? text("speech.stop") : label.dataset.idle;
}

function announce(words) {
  const live = document.getElementById("live");
  if (live) live.textContent = words;
}

async function capabilities() {
  try {
    const answer = await fetch("/kiosk/speech", { cache: "no-store" });
    return answer.ok ? await answer.json() : { speech: false, listen: false };
  } catch {
    return { speech: false, listen: false };
  }
}
