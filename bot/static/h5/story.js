// A long story: kept on the server every few seconds and when the page is left, so that nothing that was written is lost.

import { text } from "../texts.js";
import { claim, keepStory, Lost, readStory, Refused, sendStory } from "./talk.js";

const $ = (id) => document.getElementById(id);
const field = $("story");
const KEEP_MS = 4000;
const key = Array.from(crypto.getRandomValues(new Uint32Array(4)), (each) => each.toString(16)).join("-"); // however often it is sent
let kept = "";
let keeping = false;
let sending = false;
let over = false;

function trouble(words) {
  $("trouble").textContent = words;
  $("trouble").hidden = !words;
}

function count() {
  $("count").textContent = text("count", { n: String(field.value.trim().length), longest: String(field.maxLength) });
  $("send").disabled = over || !field.value.trim();
}

function known(error) {
  if (!(error instanceof Lost || error instanceof Refused)) throw error;
  return error;
}

async function keep() {
  const words = field.value;
  if (keeping || sending || over || words === kept) return;
  keeping = true;
  try {
    const { until } = await keepStory(words);
    kept = words;
    const [year, month, date] = until ? until.split("-").map(Number) : [];
    if (!over) $("state").textContent = until ? text("saved", { year: String(year), month: String(month), date: String(date) }) : "";
  } catch (error) {
    if (known(error).status === 401) close();
    else if (!over) $("state").textContent = text("unsaved");
  } finally {
    keeping = false;
  }
}

function close() {
  over = true;
  field.disabled = true;
  $("send").disabled = true;
  trouble(text("gone"));
}

function leave() {
  if (!over && !sending && field.value !== kept) keepStory(field.value, true).catch(() => {}); // the page is gone; the next one asks anew
}

async function send(event) {
  event.preventDefault();
  sending = true;
  $("send").disabled = true;
  trouble("");
  while (keeping) await new Promise((resolve) => setTimeout(resolve, 50)); // or it would be kept after it was sent
  try {
    const { next } = await sendStory(field.value, key);
    over = true;
    field.value = "";
    $("form").hidden = true;
    $("next").textContent = next;
    $("done").hidden = false;
    $("done").focus();
  } catch (error) {
    if (known(error).status === 401) close();
    else trouble(error.detail || text("lost"));
    sending = false;
    count();
  }
}

async function start() {
  try {
    await claim();
    kept = (await readStory()).text;
  } catch (error) {
    if (known(error).status === 401) close();
    else trouble(error.detail || text("lost"));
    return;
  }
  field.value = kept;
  field.disabled = false;
  count();
  field.addEventListener("input", count);
  $("form").addEventListener("submit", send);
  setInterval(keep, KEEP_MS);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
}

await start();
