// Speaking into a field: the words are put there for the citizen to read and correct, and nothing is sent by itself.

import { text } from "/static/texts.js";
import { wav } from "/static/kiosk/wav.js";

const RATE = 16000;
const MOST_SECONDS = 60;
let taking = null; // { button, stream, context, pieces, size, timer }

/** Puts a button beside every field for words, now and after each swap; `before` is called before anybody is heard. */
export function startListening({ before }) {
  const dress = () => document.querySelectorAll("form [data-keyboard=text]").forEach((field) => offer(field, before));
  document.addEventListener("htmx:afterSettle", dress);
  document.addEventListener("htmx:beforeSwap", drop);
  addEventListener("pagehide", drop);
  const idle = document.getElementById("idle");
  if (idle) new MutationObserver(() => idle.open && drop()).observe(idle, { attributes: true, attributeFilter: ["open"] });
  dress();
}

function offer(field, before) {
  const form = field.form;
  if (form.querySelector("[data-listen]")) return;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "choice plain microphone", textContent: text("speech.listen") });
  button.dataset.listen = "";
  const hint = document.createElement("p");
  hint.className = "hint";
  hint.setAttribute("role", "status");
  form.insertBefore(button, form.querySelector("[data-send]"));
  button.after(hint);
  button.addEventListener("click", () => {
    if (taking) return taking.button === button ? finish(field, hint) : undefined;
    before();
    return begin(button, field, hint);
  });
}

async function begin(button, field, hint) {
  const mine = { button, pieces: [], size: 0 };
  taking = mine;
  try {
    mine.stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } });
    mine.context = new AudioContext({ sampleRate: RATE });
    await mine.context.audioWorklet.addModule("/static/kiosk/recorder.js");
  } catch {
    end(mine);
    hint.textContent = text("speech.no-microphone");
    return;
  }
  if (taking !== mine) return end(mine); // the screen went away while the browser asked
  const recorder = new AudioWorkletNode(mine.context, "recorder", { numberOfOutputs: 0 });
  recorder.port.onmessage = ({ data }) => take(mine, data, () => finish(field, hint, true));
  mine.context.createMediaStreamSource(mine.stream).connect(recorder);
  button.dataset.listen = "on"; // its words say what a touch does next
  button.textContent = text("speech.listen-stop");
  hint.textContent = text("speech.listening");
}

function take(mine, piece, full) {
  if (taking !== mine || mine.size >= RATE * MOST_SECONDS) return;
  const kept = piece.subarray(0, RATE * MOST_SECONDS - mine.size);
  mine.pieces.push(kept);
  mine.size += kept.length;
  document.dispatchEvent(new CustomEvent("kiosk:speaking"));
  if (mine.size >= RATE * MOST_SECONDS) full();
}

async function finish(field, hint, full = false) {
  const mine = taking;
  const sound = wav(mine.pieces, mine.size, RATE);
  end(mine);
  hint.textContent = text("speech.understanding");
  mine.button.disabled = true;
  try {
    const answer = await fetch("/kiosk/listen", { method: "POST", body: sound, headers: { "Content-Type": "audio/wav" }, cache: "no-store" });
    const said = await answer.json();
    hint.textContent = answer.ok ? written(field, said.text, full) : said.detail;
  } catch {
    hint.textContent = text("speech.heard-nothing");
  }
  mine.button.disabled = false;
}

function written(field, words, full) {
  if (!words) return text("speech.heard-nothing");
  field.value = `${field.value}${words}`.slice(0, field.maxLength > 0 ? field.maxLength : undefined);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  return full ? `${text("speech.listen-full")}${text("speech.heard")}` : text("speech.heard");
}

function drop() {
  if (taking) end(taking);
}

function end(mine) {
  if (taking === mine) taking = null;
  mine.stream?.getTracks().forEach((track) => track.stop());
  mine.context?.close();
  mine.pieces = [];
  mine.button.dataset.listen = "";
  mine.button.textContent = text("speech.listen");
}
