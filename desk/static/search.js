// The staff search: asks while somebody types, never shows an old answer, and is worked from the keyboard.

import { announce } from "/static/desk.js";

const DEBOUNCE = 80; // ms without a keystroke
const LOOK = 60; // ms on a hit before it is shown beside the list
const SETTLED = 600; // ms without another answer before a screen reader is told
const root = document.querySelector("[data-search]");
const box = document.getElementById("ask");
let typing, looking, telling;
let open = false; // Enter came before the hits did
let copy = false; // c came before the answer did

const words = () => (box?.value ?? "").split(/\s+/).filter(Boolean).join(" ");
const shown = () => document.querySelector("#found > [data-q]");
const links = () => [...document.querySelectorAll("#hits .hit")];
const detail = () => document.querySelector("#detail article, [data-search] article");
const current = () => links().find((each) => each.hasAttribute("aria-current"));
const fresh = () => shown()?.dataset.q === words();

if (box) {
  document.getElementById("find")?.removeAttribute("data-shortcut"); // one box a page
  box.dataset.shortcut = "/";
  box.setSelectionRange(box.value.length, box.value.length);
  box.addEventListener("input", (event) => event.isComposing || later());
  box.addEventListener("compositionend", later);
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (fresh()) return read();
    open = true;
    ask();
  });
  box.addEventListener("keydown", inBox);
}

function later() {
  open = false;
  clearTimeout(typing);
  typing = setTimeout(ask, DEBOUNCE);
}

function ask() {
  clearTimeout(typing);
  if (!fresh() || box.matches(".htmx-request")) htmx.trigger(box, "zhilu:ask");
}

function inBox(event) {
  if (event.isComposing) return;
  if (event.key === "ArrowDown") return go(event, links()[0] === current() && links()[1] ? links()[1] : links()[0]);
  if (event.key === "Enter" && event.ctrlKey) return take(event);
  if (event.key !== "Escape") return;
  event.preventDefault();
  box.value = "";
  later();
}

function go(event, link) {
  if (!link) return;
  event.preventDefault();
  link.focus();
  choose(link);
  clearTimeout(looking);
  looking = setTimeout(() => htmx.trigger(link, "zhilu:look"), LOOK);
}

function choose(link) {
  for (const each of links()) each.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  link.scrollIntoView({ block: "nearest" });
}

function read() {
  detail()?.querySelector("h2")?.focus();
}

function take(event) {
  event?.preventDefault();
  const link = document.activeElement.closest?.(".hit");
  if (link && detail()?.dataset.of !== link.dataset.of) {
    copy = true;
    clearTimeout(looking);
    return htmx.trigger(link, "zhilu:look");
  }
  detail()?.querySelector("[data-copy]")?.click();
}

addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (at.closest("input, textarea, select") || !at.closest("#found, #detail")) return;
  if (event.key === "c") return take(event);
  const all = links();
  const place = all.indexOf(at.closest(".hit"));
  if (event.key === "Escape") {
    event.preventDefault();
    return place < 0 && current() ? current().focus() : (box?.focus(), box?.select());
  }
  if (place < 0) return;
  if (event.key === "ArrowDown") go(event, all[Math.min(place + 1, all.length - 1)]);
  else if (event.key === "ArrowUp" && place === 0) { event.preventDefault(); box.focus(); }
  else if (event.key === "ArrowUp") go(event, all[place - 1]);
  else if (event.key === "Home") go(event, all[0]);
  else if (event.key === "End") go(event, all.at(-1));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest(".hit");
  if (link) { clearTimeout(looking); choose(link); }
  const button = event.target.closest("[data-copy]");
  if (button) put(button.dataset.copy);
});

async function put(text) {
  let done = true;
  try {
    if (navigator.clipboard && isSecureContext) await navigator.clipboard.writeText(text);
    else done = oldWay(text);
  } catch {
    done = oldWay(text);
  }
  tell(done ? root.dataset.copied : root.dataset.copyFailed, done);
}

// Without https a browser has no clipboard for scripts: the selection of a field has one.
function oldWay(text) {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  return done;
}

function tell(text, done) {
  announce(text);
  const button = document.querySelector("[data-copy]");
  document.querySelector(".copied")?.remove();
  const note = Object.assign(document.createElement("span"), { className: done ? "copied mark done" : "copied mark late", textContent: text });
  note.setAttribute("aria-hidden", "true"); // it was announced
  button?.after(note);
}

// What came for other words than those in the box is not shown; hx-sync has given the request up before, this is the second lock.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "found") return;
  const asked = new URL(event.detail.xhr.responseURL).searchParams.get("q") ?? "";
  if (asked !== box.value) event.detail.shouldSwap = false;
});

document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (target?.id === "found") return arrived();
  const of = detail();
  if (!of || !target?.closest?.("#detail")) return;
  document.getElementById("detail").setAttribute("aria-label", of.dataset.title);
  if (copy) { copy = false; take(); }
  if (event.detail.requestConfig?.triggeringEvent?.type === "click") read();
});

function arrived() {
  clearTimeout(telling);
  telling = setTimeout(() => {
    history.replaceState(null, "", words() ? `/search?q=${encodeURIComponent(words())}` : "/search");
    const found = shown()?.dataset;
    if (found?.count) announce(found.count === "0" ? root.dataset.none : said(root.dataset.announce, { count: found.count, title: found.first }));
  }, SETTLED);
  if (!open) return;
  open = false;
  read();
}

const said = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
