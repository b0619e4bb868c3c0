// The conversation on the page: what was said, what waits to be sent, and what is wiped at the end.

import * as api from "./api.js";
import { openLookup } from "./lookup.js";
import { citizenBubble, make, picture, replyBubble } from "./render.js";
import { watchNews } from "./news.js";
import { forget, recall, remember } from "./session.js";
import { text } from "./texts.js";

const $ = (id) => document.getElementById(id);
const surface = document.body.dataset.surface;
const log = $("log");
const say = $("say");
const waiting = []; // sent in order; each leaves when it is answered
let session = null;
let sending = false;
const news = watchNews({ current: () => session, show: showNews });

async function start() {
  session = null;
  log.replaceChildren();
  try {
    session = await api.open(surface);
  } catch (error) {
    trouble(error, start);
    return;
  }
  remember(session, []);
  $("composer").hidden = false;
  session.replies.forEach(showReply);
  log.firstElementChild?.classList.add("start");
  settle();
}

function resume(kept) {
  session = kept.session;
  for (const each of kept.log) showAgain(each);
  settle();
  news.look(session);
}

function showAgain({ reply, words, picture }) {
  if (reply) log.append(bubbleOf(reply));
  else if (picture) showPicture([...log.querySelectorAll(".citizen")].at(-1), picture);
  else showCitizen(words);
}

function showCitizen(words) {
  for (const button of log.querySelectorAll(".choices button")) button.disabled = true;
  const bubble = citizenBubble(words);
  log.append(bubble);
  return bubble;
}

/** The photo in small, as the server wrote it anew; without it the name of the file is there all the same. */
async function showPicture(bubble, attachment) {
  try {
    bubble?.append(picture(await dataUrl(await api.thumbnail(session, attachment)), bubble.textContent));
  } catch (error) {
    if (!(error instanceof api.Lost || error instanceof api.Refused)) throw error;
  }
}

const dataUrl = (blob) => new Promise((done) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => done(reader.result));
  reader.readAsDataURL(blob);
});

const bubbleOf = (reply) => replyBubble(reply, (button) => send(button.title, { payload: button.payload }), takeFile);

/** Fetch a file and hand it to the browser; what went wrong, in words. */
async function takeFile(file) {
  try {
    save(await api.download(session, file), file.name);
  } catch (error) {
    if (!(error instanceof api.Lost || error instanceof api.Refused)) throw error;
    return error.detail || text("download-lost");
  }
}

function save(content, name) {
  const link = make("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function showReply(reply) {
  log.append(bubbleOf(reply));
  remember(session, [{ reply }]);
  if (["handoff", "safety"].includes(reply.kind)) news.look(session);
}

/** What a clerk says comes by itself: nothing is scrolled away from whoever reads further up. */
function showNews(reply) {
  const below = document.documentElement.scrollHeight - scrollY - innerHeight < 120;
  showReply(reply);
  if (below) log.lastElementChild.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

/** Show where the new part begins, so that a long answer is read from its start. */
function settle() {
  const from = [...log.querySelectorAll(".citizen")].at(-1) ?? log.firstElementChild;
  from?.scrollIntoView({ block: "start", behavior: "smooth" });
  if (matchMedia("(hover: hover)").matches) say.focus({ preventScroll: true });
}

function send(words, message) {
  if (!session) return;
  showCitizen(words);
  remember(session, [{ words }]);
  waiting.push({ words, message: { ...message, message_id: crypto.getRandomValues(new Uint32Array(4)).join("-") } });
  settle();
  deliver();
}

async function deliver() {
  if (sending || !waiting.length) return;
  sending = true;
  for (const bubble of log.querySelectorAll(".trouble")) bubble.remove();
  $("waiting").hidden = false;
  const speaker = session;
  try {
    while (waiting.length && speaker === session) await deliverFirst(speaker);
  } catch (error) {
    if (speaker === session) trouble(error, deliver);
  } finally {
    sending = false;
    $("waiting").hidden = true;
  }
}

async function deliverFirst(speaker) {
  const { message, file, bubble } = waiting[0];
  const answer = file ? await api.attach(speaker, file) : await api.say(speaker, message);
  if (speaker !== session) return;
  waiting.shift();
  for (const button of log.querySelectorAll(".choices button")) button.disabled = true;
  if (answer.preview) {
    remember(session, [{ picture: answer.attachment }]);
    showPicture(bubble, answer.attachment);
  }
  answer.replies.forEach(showReply);
  settle();
}

/** Say what went wrong, and offer the one thing that helps. */
function trouble(error, again) {
  if (!(error instanceof api.Lost || error instanceof api.Refused)) throw error;
  const over = error.status === 401;
  const refused = error.status === 413 || error.status === 422;
  const bubble = make("article", "bubble reply kind-notice trouble");
  bubble.append(make("p", "", error.detail || text("lost")));
  if (refused) giveBack(waiting.shift());
  else bubble.append(action(over ? text("restart") : text("retry"), () => (over ? restart() : again())));
  log.append(bubble);
  bubble.scrollIntoView({ block: "nearest" });
  if (refused) setTimeout(deliver);
}

function giveBack(refused) {
  if (refused?.message?.text && !say.value) say.value = refused.message.text;
}

function action(title, act) {
  const button = make("button", "choice", title);
  button.type = "button";
  button.addEventListener("click", act, { once: true });
  return button;
}

function restart() {
  forget();
  waiting.length = 0;
  start();
}

/** Wipe the screen at once, then the server. */
async function end() {
  const ended = session;
  session = null;
  forget();
  waiting.length = 0;
  say.value = "";
  grow();
  document.documentElement.dataset.size = "1";
  $("composer").hidden = true;
  log.replaceChildren();
  await wipe(ended);
}

async function wipe(ended) {
  let said = "ended";
  try {
    if (ended) await api.close(ended);
  } catch (error) {
    said = error.status === 401 ? "ended" : "end-lost";
  }
  const bubble = make("article", said === "ended" ? "bubble reply" : "bubble reply kind-notice");
  bubble.append(make("p", "", text(said)));
  const again = () => (said === "ended" ? start() : wipe(ended));
  bubble.append(action(said === "ended" ? text("restart") : text("retry"), again));
  log.replaceChildren(bubble);
}

function submit() {
  const words = say.value.trim();
  if (!words || !session) return;
  say.value = "";
  grow();
  send(words, { text: words });
}

function grow() {
  say.style.height = "auto";
  say.style.height = `${Math.min(say.scrollHeight + 4, innerHeight / 3)}px`;
}

function enlarge() {
  const root = document.documentElement;
  root.dataset.size = String((Number(root.dataset.size) % 3) + 1);
}

function listen() {
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  say.addEventListener("input", grow);
  say.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  $("file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file && session) sendFile(file);
    event.target.value = "";
  });
  $("person").addEventListener("click", () => send($("person").textContent, { payload: "/handoff" }));
  $("size").addEventListener("click", enlarge);
  $("end").addEventListener("click", () => $("end-dialog").showModal());
  $("end-no").addEventListener("click", () => $("end-dialog").close());
  $("end-yes").addEventListener("click", () => { $("end-dialog").close(); end(); });
}

function sendFile(file) {
  const words = text("file", { name: file.name });
  const bubble = showCitizen(words);
  remember(session, [{ words }]);
  waiting.push({ words, file, bubble });
  settle();
  deliver();
}

async function begin() {
  const kept = recall();
  kept ? resume(kept) : await start();
  const code = session ? resumeCode() : "";
  if (code) send(text("resume", { code }), { text: text("resume", { code }) });
}

/** The code behind the QR code of a kept draft; the address forgets it, so that a reload does not send it again. */
function resumeCode() {
  const code = new URLSearchParams(location.hash.slice(1)).get("resume") ?? "";
  if (!/^[A-Za-z0-9-]{8,12}$/.test(code)) return "";
  history.replaceState(null, "", location.pathname + location.search);
  return code;
}

listen();
if (document.body.dataset.case) openLookup(begin);
else begin();
