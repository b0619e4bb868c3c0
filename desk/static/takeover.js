// Taking over: an ear on the desk (server-sent events say that something changed), an alarm, and the talk.

import { announce } from "./desk.js";
import { show, unknown } from "./waiting.js";

const $ = (id) => document.getElementById(id);
const LATE_MS = 3 * 60 * 1000; // a citizen who waits so long for an answer is heard again
const RING_MS = { danger: 6000, waiting: 20000, late: 60000 };
const REST_MS = 25 * 60 * 1000; // nobody touched the page, and the alarm is off: the session may end
const KEY = "zhilu-takeover-alarm";
const KEPT = "zhilu-takeover-typed-";
const title = document.title;
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

// --- the alarm: made here, so that it needs no file and no permission; browsers want a touch first ---

let audio = null;
let rung = 0;

const wanted = () => localStorage.getItem(KEY) === "on";

function tone(at, hertz, seconds) {
  const [source, volume] = [audio.createOscillator(), audio.createGain()];
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.4, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
  source.connect(volume).connect(audio.destination);
  source.start(at);
  source.stop(at + seconds);
}

function ring(danger) {
  rung = Date.now();
  document.body.dataset.rung = String(Number(document.body.dataset.rung ?? 0) + 1);
  if (!audio || audio.state !== "running") return;
  const notes = danger ? [988, 740, 988, 740, 988, 740] : [660, 880];
  notes.forEach((hertz, at) => tone(audio.currentTime + at * 0.22, hertz, 0.2));
}

async function wake() {
  audio ??= new AudioContext();
  await audio.resume();
  showAlarm();
}

function showAlarm() {
  const [button, state] = [$("alarm"), $("alarm-state")];
  const running = wanted() && audio?.state === "running";
  button.hidden = false;
  button.setAttribute("aria-pressed", String(running));
  button.textContent = running ? button.dataset.off : button.dataset.on;
  state.textContent = running ? state.dataset.on : wanted() ? state.dataset.resume : state.dataset.off;
}

function switchAlarm() {
  const on = !(wanted() && audio?.state === "running");
  localStorage.setItem(KEY, on ? "on" : "off");
  if (!on) { showAlarm(); return; }
  wake().then(() => ring(false));
}

// --- what is going on ---

let now = { list: "", waiting: {}, mine: {}, unanswered: {} };
let known = null; // what was there before

function hear(news) {
  const before = known;
  known = now = news;
  show(news);
  if (before?.list !== news.list && $("waiting")) htmx.ajax("GET", "/takeover/waiting", { target: "#waiting", swap: "innerHTML" });
  const fresh = Object.keys(news.waiting).filter((id) => !before || !(id in before.waiting));
  const spoke = before && Object.keys(news.unanswered).some((id) => news.unanswered[id] !== before.unanswered[id]);
  if (before?.list === news.list && !$("talk") && spoke) htmx.ajax("GET", "/takeover/waiting", { target: "#waiting", swap: "innerHTML" });
  tell(spoke);
  if (fresh.length) ring(fresh.some((id) => news.waiting[id]));
  else if (spoke) ring(false);
  const talk = $("talk")?.dataset.talk;
  if (talk && before?.mine[talk] !== news.mine[talk]) follow(talk);
}

function tell(spoke) {
  const live = $("alarm-live");
  const waiting = Object.values(now.waiting);
  const danger = waiting.filter(Boolean).length;
  const late = Object.values(now.unanswered).map((since) => Date.now() - Date.parse(since)).filter((ms) => ms > LATE_MS);
  const lines = [];
  if (danger) lines.push(fill(live.dataset.danger, { count: danger }));
  if (waiting.length > danger) lines.push(fill(live.dataset.waiting, { count: waiting.length - danger }));
  if (late.length) lines.push(fill(live.dataset.late, { minutes: Math.floor(Math.max(...late) / 60000) }));
  else if (spoke) lines.push(live.dataset.answered);
  const words = lines.join("　");
  if (live.textContent !== words) live.textContent = words;
  const count = waiting.length + Object.keys(now.unanswered).length;
  document.title = count ? `${fill(live.dataset.count, { count })} · ${title}` : title;
}

/** Rings again as long as somebody waits. */
function remind() {
  const danger = Object.values(now.waiting).some(Boolean);
  const late = Object.values(now.unanswered).some((since) => Date.now() - Date.parse(since) > LATE_MS);
  const every = danger ? RING_MS.danger : Object.keys(now.waiting).length ? RING_MS.waiting : late ? RING_MS.late : 0;
  if (every && Date.now() - rung >= every) { tell(false); ring(danger); }
}

// --- the ear ---

let ear = null;
let touched = Date.now();
let heard = Date.now();

function listen() {
  ear?.close();
  ear = new EventSource("/takeover/stream");
  ear.addEventListener("open", () => { heard = Date.now(); say(""); });
  ear.addEventListener("news", (event) => { heard = Date.now(); hear(JSON.parse(event.data)); });
  ear.addEventListener("error", () => {
    if (ear.readyState === EventSource.CLOSED) lost();
    else if (Date.now() - heard > 40000) say("lost");
  });
}

/** The server said no: either nobody is signed in any more, or it is being restarted. */
async function lost() {
  ear = null;
  const answer = await fetch("/takeover/waiting", { headers: { "HX-Request": "true" }, redirect: "manual" }).catch(() => null);
  const over = answer && (answer.headers.get("hx-redirect") || answer.type === "opaqueredirect" || answer.status === 403);
  say(over ? "over" : "lost");
  if (!over) setTimeout(listen, 3000);
  else ring(true);
}

function say(what) {
  const state = $("live-state");
  state.hidden = !what;
  state.textContent = what ? state.dataset[what] : "";
  if (what) unknown(what);
}

function rest() {
  if (ear && !wanted() && Date.now() - touched > REST_MS) {
    ear.close();
    ear = null;
    say("resting");
  }
}

function touch() {
  const resting = !ear && Date.now() - touched > REST_MS;
  touched = Date.now();
  if (resting) listen();
  if (wanted() && audio?.state !== "running") wake();
}

// --- the talk ---

let following = Promise.resolve();

/** What is new, once each, in order. */
function follow(talk) {
  following = following.then(() => fetchNew(talk)).catch(() => {});
  return following;
}

async function fetchNew(talk) {
  const said = $("said");
  const last = said.lastElementChild?.dataset.id ?? 0;
  const [more, state] = await Promise.all([part(`/takeover/${talk}/said?after=${last}`), part(`/takeover/${talk}/state`)]);
  if (state) $("state").innerHTML = state.text;
  if (more?.ok && more.text.trim()) {
    said.insertAdjacentHTML("beforeend", more.text);
    $("log").scrollTop = $("log").scrollHeight;
  }
  const over = Boolean($("state").querySelector("[data-over]"));
  for (const each of document.querySelectorAll("#say button, #leave button")) each.disabled = over;
}

async function part(path) {
  const answer = await fetch(path, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (answer.redirected || answer.headers.get("hx-redirect")) return null;
  return { ok: answer.ok, text: await answer.text() };
}

async function send(event) {
  event.preventDefault();
  const form = $("say");
  const [words, button] = [$("words"), form.querySelector("button")];
  if (button.disabled) return;
  button.disabled = true;
  const trouble = $("said-trouble");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "HX-Request": "true" } });
    if (answer.status === 204 && !answer.headers.get("hx-redirect")) {
      trouble.replaceChildren();
      words.value = "";
      keep();
      await follow($("talk").dataset.talk);
    } else if (answer.headers.get("hx-redirect")) say("over");
    else trouble.innerHTML = await answer.text();
  } catch {
    const told = document.createElement("p");
    told.className = "trouble";
    told.setAttribute("role", "alert");
    told.textContent = $("talk").dataset.lost;
    trouble.replaceChildren(told);
  } finally {
    if (!$("state").querySelector("[data-over]")) button.disabled = false;
    words.focus();
  }
}

/** A reload loses nothing typed; it stays in this tab. */
const keep = () => sessionStorage.setItem(KEPT + $("talk").dataset.talk, $("words").value);

function put(words) {
  const box = $("words");
  const before = box.value && !box.value.endsWith("\n") && box.selectionStart === box.value.length ? "\n" : "";
  box.setRangeText(before + words, box.selectionStart, box.selectionEnd, "end");
  if (box.value.length > box.maxLength) box.value = box.value.slice(0, box.maxLength);
  keep();
  box.focus();
  announce(document.querySelector("#canned-title").parentElement.querySelector(".quiet").textContent);
}

function talk() {
  const words = $("words");
  $("say").addEventListener("submit", send);
  words.value ||= sessionStorage.getItem(KEPT + $("talk").dataset.talk) ?? "";
  words.addEventListener("input", keep);
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (words.value.trim()) $("say").requestSubmit();
  });
  $("canned-form").addEventListener("submit", (event) => event.preventDefault());
  $("canned").addEventListener("click", (event) => {
    const button = event.target.closest("[data-put]");
    if (button) put(button.dataset.put);
  });
  $("leave").addEventListener("submit", () => sessionStorage.removeItem(KEPT + $("talk").dataset.talk));
  $("log").scrollTop = $("log").scrollHeight;
  words.focus({ preventScroll: true });
}

$("alarm").addEventListener("click", switchAlarm);
for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, (event) => { if (event.target !== $("alarm")) touch(); });
addEventListener("pagehide", () => ear?.close());
showAlarm();
if (wanted()) wake().catch(() => {});
if ($("talk")) talk();
setInterval(remind, 1000);
setInterval(rest, 30000);
listen();
