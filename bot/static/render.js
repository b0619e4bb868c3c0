// Replies as people see them. Everything that came from the server or from a citizen goes in as text, never as markup.

import { caseFacts, road } from "./case.js";
import { make } from "./make.js";
import { day, has, moment, text } from "./texts.js";

export { make };

export function citizenBubble(words) {
  return make("p", "bubble citizen", words);
}

/** A small picture (a data: address) with words for those who do not see it. */
export function picture(source, words) {
  const image = make("img", "thumbnail");
  image.alt = words;
  image.src = source;
  return image;
}

/** A reply with everything it carries; `choose` is called with a touched button, `take` with a file that is wanted. */
export function replyBubble(reply, choose, take) {
  const bubble = make("article", `bubble reply ${/^[a-z]+$/.test(reply.kind) ? `kind-${reply.kind}` : ""}`);
  bubble.append(...(reply.kind === "summary" ? summary(reply) : paragraphs(reply)));
  if (reply.citations?.length) bubble.append(citations(reply.citations));
  if (reply.case) bubble.append(caseFacts(reply.case, reply.roadmap));
  if (reply.roadmap) bubble.append(...road(reply.roadmap, { rights: !reply.buttons?.length }));
  if (reply.receipt) bubble.append(receipt(reply.receipt));
  if (reply.resume) bubble.append(resumeSlip(reply.resume));
  if (reply.files?.length) bubble.append(files(reply.files, take));
  if (reply.buttons?.length) bubble.append(choices(reply, choose));
  return bubble;
}

function paragraphs(reply) {
  const basis = text("basis");
  const lines = reply.text.split("\n").filter((line) => line.trim());
  return lines.filter((line) => !(reply.citations?.length && line.startsWith(basis))).map((line) => make("p", "", line));
}

/** What is to be confirmed, as pairs: the lines "label：value" of the text, else the draft with the titles of its slots. */
function summary(reply) {
  const lines = reply.text.split("\n").filter((line) => line.trim());
  const pairs = lines.map((line) => new RegExp(`^[·•\\-\\d.、\\s]*([^${text("colon")}]{1,12})${text("colon")}(.+)$`).exec(line));
  const listed = pairs.filter(Boolean).length > 1;
  const list = make("dl");
  const rows = listed ? pairs.filter(Boolean).map((pair) => [pair[1], pair[2]]) : drafted(reply.draft ?? {});
  for (const [label, value] of rows) list.append(make("dt", "", label), make("dd", "", value));
  const first = listed ? pairs.findIndex(Boolean) : lines.length;
  const spoken = (from, to) => lines.slice(from, to).filter((_, at) => !listed || !pairs[from + at]).map((line) => make("p", "", line));
  return [...spoken(0, first), list, ...spoken(first)];
}

function drafted(draft) {
  const known = Object.entries(draft).filter(([slot, value]) => has(`slot.${slot}`) && value !== true);
  return known.map(([slot, value]) => [text(`slot.${slot}`), worded(slot, value)]);
}

function worded(slot, value) {
  return has(`${slot}.${value}`) ? text(`${slot}.${value}`) : [value].flat().join("、");
}

function citations(items) {
  const list = make("ul", "citations");
  for (const each of items) {
    const where = text("citation", { title: each.title ?? each.law, article: each.article, clause: each.clause });
    list.append(make("li", "", where + (each.checked_on ? text("checked", { day: day(each.checked_on) }) : "")));
  }
  return list;
}

/** A button for each file; what went wrong is said below it. */
function files(items, take) {
  const row = make("div", "files");
  for (const each of items) {
    const button = make("button", "choice plain", text("download", { name: each.name }));
    button.type = "button";
    button.addEventListener("click", async () => {
      button.disabled = true;
      button.nextElementSibling?.matches("[role=alert]") && button.nextElementSibling.remove();
      const problem = await take(each);
      button.disabled = false;
      if (problem) button.after(alert(problem));
    });
    row.append(button);
  }
  return row;
}

function alert(words) {
  const note = make("p", "", words);
  note.setAttribute("role", "alert");
  return note;
}

function receipt(fields) {
  const card = document.getElementById("receipt-template").content.cloneNode(true);
  const shown = { ...fields, filed_at: fields.filed_at ? moment(fields.filed_at) : "" };
  for (const place of card.querySelectorAll("[data-fill]")) fill(place, String(shown[place.dataset.fill] ?? ""));
  card.querySelector("[data-act=print]").addEventListener("click", (event) => printCard(event.target.closest(".receipt")));
  return card;
}

/** The code that opens a kept draft again, and its QR code for a phone. */
function resumeSlip(fields) {
  const slip = document.getElementById("resume-template").content.cloneNode(true);
  const shown = { ...fields, until: day(fields.until) };
  for (const place of slip.querySelectorAll("[data-fill]")) fill(place, String(shown[place.dataset.fill] ?? ""));
  return slip;
}

function fill(place, value) {
  if (place.tagName !== "IMG") place.textContent = value;
  else if (value.startsWith("data:image/svg+xml")) place.src = value;
  else place.remove();
}

function printCard(card) {
  card.classList.add("printing");
  window.addEventListener("afterprint", () => card.classList.remove("printing"), { once: true });
  window.print();
}

export function choices(reply, choose) {
  const row = make("div", "choices");
  for (const each of reply.buttons) {
    const button = make("button", "choice", each.title);
    button.type = "button";
    button.addEventListener("click", () => choose(each));
    row.append(button);
  }
  return row;
}
