// Who waits for a person, on every page of the desk: a number in the bar and in front of the title, said to a screen reader. No sound:
// that is the take-over page's. Asked for every 15 s instead of listened to: a browser keeps six connections to a server for all its
// tabs together, and the stream holds one for each page. On the take-over pages the stream is there, and tells `show` and `unknown`.

import { announce } from "./desk.js";

const EVERY_MS = 15 * 1000;
const LONGEST_MS = 10 * 1000;
const REST_MS = 25 * 60 * 1000; // nobody touched any page of the desk: the session may end
const NOTED_MS = 10 * 1000;
const MISSED = 3; // so often without an answer: nobody knows
const [TOUCHED, TOLD] = ["zhilu-desk-touched", "zhilu-desk-told"];
const badge = document.getElementById("waits");
const heard = document.getElementById("alarm-live") !== null; // the stream is listened to here, and the title is its own
const title = document.title;
const fill = (words, count) => words.replace("{count}", count);

/** What there is to know of `news` (desk/takeover.py), as far as it changed. */
export function show(news) {
  const waiting = Object.values(news.waiting);
  const danger = waiting.filter(Boolean).length;
  const owed = Object.entries(news.unanswered).map(([id, since]) => id + since);
  const lines = [];
  if (danger) lines.push(fill(badge.dataset.danger, danger));
  if (waiting.length > danger) lines.push(fill(badge.dataset.waiting, waiting.length - danger));
  if (owed.length) lines.push(badge.dataset.answered);
  const count = waiting.length + owed.length;
  const words = lines.join("；");
  paint(count && `${danger ? "⚠" : ""}${count}`, words, danger > 0);
  head(count);
  tell([...Object.keys(news.waiting), ...owed], words);
}

/** Written only where it changed; true then. */
function paint(mark, words, danger = false) {
  const both = `${mark || ""} ${words}`;
  if (badge.dataset.both === both) return false;
  badge.dataset.both = both;
  const [seen, said] = [document.createElement("span"), document.createElement("span")];
  seen.setAttribute("aria-hidden", "true");
  seen.textContent = mark;
  said.className = "unseen";
  said.textContent = `：${words}`;
  badge.replaceChildren(seen, said);
  badge.classList.toggle("danger", danger);
  badge.title = words;
  badge.hidden = !mark;
  return true;
}

function head(count) {
  if (!heard) document.title = count ? `(${count}) ${title}` : title;
}

/** Said once, and not again on each page that is opened: only when somebody is there who was not. */
function tell(ids, words) {
  const before = JSON.parse(sessionStorage.getItem(TOLD) ?? "[]");
  sessionStorage.setItem(TOLD, JSON.stringify(ids));
  if (!heard && ids.some((id) => !before.includes(id))) announce(words);
}

// --- asking ---

let missed = 0;
let asking = false;

const touched = () => Number(localStorage.getItem(TOUCHED) ?? 0);

async function ask() {
  if (asking) return;
  if (Date.now() - touched() > REST_MS) { unknown("resting"); return; }
  asking = true;
  const answer = await fetch("/takeover/news", { headers: { "HX-Request": "true" }, cache: "no-store", signal: AbortSignal.timeout(LONGEST_MS) }).catch(() => null);
  const news = answer?.status === 200 ? await answer.json().catch(() => null) : null;
  asking = false;
  if (news) { missed = 0; show(news); return; }
  const elsewhere = answer?.headers.get("hx-redirect");
  if (elsewhere && !elsewhere.startsWith("/login")) return; // the account is being set up
  missed += 1;
  if (elsewhere || answer?.status === 403) unknown("over");
  else if (missed >= MISSED) unknown("lost");
}

/** Better no number than an old one. */
export function unknown(why) {
  head(0);
  if (paint("?", badge.dataset[why]) && why !== "resting" && !heard) announce(badge.dataset[why]);
}

/** One touch keeps every tab awake: they have one session together. */
function touch() {
  const since = Date.now() - touched();
  if (since > NOTED_MS) localStorage.setItem(TOUCHED, String(Date.now()));
  if (since > REST_MS && !heard) ask();
}

if (badge) {
  localStorage.setItem(TOUCHED, String(Date.now()));
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, touch);
}
if (badge && !heard) {
  addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  setInterval(ask, EVERY_MS);
  ask();
}
