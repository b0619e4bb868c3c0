// Many photos: chosen, put in order, sent one after the other, each with its own progress and its own second try.

import { make } from "../make.js";
import { text } from "../texts.js";
import { claim, Lost, Refused, sendFile } from "./talk.js";

const $ = (id) => document.getElementById(id);
const list = $("queue");
const MOST = Number(list.dataset.most);
const LARGEST = Number(list.dataset.largest);
const items = []; // { file, node, state: waiting | sending | sent | failed }
let busy = false;
let next = "";

function trouble(words) {
  $("trouble").textContent = words;
  $("trouble").hidden = !words;
}

function add(files) {
  const said = [];
  for (const file of files) {
    if (items.length >= MOST) { said.push(text("many", { most: String(MOST) })); break; }
    if (file.size > LARGEST) { said.push(text("large", { name: file.name })); continue; }
    items.push(entry(file));
  }
  trouble(said.join(""));
  draw();
  $("state").textContent = items.length ? text("chosen", { n: String(items.length) }) : "";
}

function entry(file) {
  const item = { file, state: "waiting", words: "", node: make("li"), picture: make("span", "kind", kind(file)) };
  item.title = make("strong");
  item.line = make("p");
  item.bar = make("progress");
  item.bar.max = 1;
  item.tools = make("div", "tools");
  const about = make("div", "about");
  about.append(item.title, make("p", "name", `${file.name} ${text("size", { size: Math.max(0.1, file.size / 1048576).toFixed(1) })}`), item.line, item.bar);
  item.node.append(item.picture, about, item.tools);
  thumbnail(item);
  return item;
}

const kind = (file) => (/\.([a-z0-9]{2,4})$/i.exec(file.name)?.[1] ?? "").toUpperCase();

/** A small picture where the phone can read the photo; else its kind stands there. */
async function thumbnail(item) {
  if (!item.file.type.startsWith("image/")) return;
  try {
    const picture = await createImageBitmap(item.file, { resizeWidth: 192, resizeQuality: "medium" });
    const canvas = make("canvas");
    canvas.width = canvas.height = 192;
    const scale = Math.max(192 / picture.width, 192 / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    canvas.getContext("2d").drawImage(picture, (192 - width) / 2, (192 - height) / 2, width, height);
    canvas.setAttribute("aria-hidden", "true");
    picture.close();
    item.picture.replaceWith(canvas);
    item.picture = canvas;
  } catch {
    // the phone does not know the format; it is sent all the same
  }
}

function draw() {
  if (items.some((item, index) => list.children[index] !== item.node) || list.children.length !== items.length) list.replaceChildren(...items.map((item) => item.node));
  items.forEach(show);
  $("send").hidden = busy || !items.some((item) => item.state === "waiting");
  $("pick").hidden = busy || items.length >= MOST;
}

function show(item, index) {
  item.node.className = item.state;
  item.title.textContent = text("nth", { n: String(index + 1) });
  item.line.textContent = { waiting: () => text("waiting"), sending: () => text("sending", { percent: String(Math.round(item.bar.value * 100)) }), sent: () => text("sent"), failed: () => item.words }[item.state]();
  item.bar.hidden = item.state !== "sending";
  item.bar.setAttribute("aria-label", item.title.textContent);
  item.tools.replaceChildren(...tools(item, index));
  item.tools.hidden = !item.tools.children.length;
}

function tools(item, index) {
  if (busy || item.state === "sent") return [];
  const free = (other) => items[other]?.state === "waiting";
  const n = String(index + 1);
  return [
    item.state === "failed" && tool("retry", n, () => { item.state = "waiting"; send(); }),
    item.state === "waiting" && free(index - 1) && tool("up", n, () => move(item, index, index - 1)),
    item.state === "waiting" && free(index + 1) && tool("down", n, () => move(item, index, index + 1)),
    tool("remove", n, () => { items.splice(index, 1); draw(); $("state").textContent = text("chosen", { n: String(items.length) }); }),
  ].filter(Boolean);
}

function tool(name, n, act) {
  const button = make("button", "plain", text(name));
  button.type = "button";
  button.dataset.tool = name;
  button.setAttribute("aria-label", text(`${name}-label`, { n }));
  button.addEventListener("click", act);
  return button;
}

function move(item, from, to) {
  items.splice(to, 0, ...items.splice(from, 1));
  draw();
  item.node.querySelector("button")?.focus();
}

async function send() {
  busy = true;
  trouble("");
  draw();
  for (const item of items.filter((each) => each.state === "waiting")) await sendOne(item);
  busy = false;
  draw();
  finish();
}

async function sendOne(item) {
  item.state = "sending";
  item.bar.value = 0;
  draw();
  try {
    const answer = await sendFile(item.file, (share) => { item.bar.value = share; show(item, items.indexOf(item)); });
    item.state = "sent";
    next = answer.next || next;
  } catch (error) {
    if (!(error instanceof Lost || error instanceof Refused)) throw error;
    item.state = "failed";
    item.words = error.status === 401 ? text("gone") : error.detail || text("lost");
  }
  const sent = items.filter((each) => each.state === "sent").length;
  $("state").textContent = text("progress", { sent: String(sent), all: String(items.length) });
  draw();
}

function finish() {
  const failed = items.filter((each) => each.state === "failed").length;
  if (failed) trouble(text("failed", { n: String(failed) }));
  const all = items.length > 0 && items.every((each) => each.state === "sent");
  $("done").hidden = !all;
  $("next").textContent = next;
  if (all) $("done").focus();
}

$("files").addEventListener("change", () => { add($("files").files); $("files").value = ""; $("done").hidden = true; });
$("send").addEventListener("click", send);
addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });
try {
  await claim();
} catch (error) {
  if (!(error instanceof Lost || error instanceof Refused)) throw error;
  $("pick").hidden = error.status === 401;
  trouble(error.status === 401 ? text("gone") : error.detail || text("lost"));
}
