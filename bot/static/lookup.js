// The look-up of a case by number and query code: where the QR code of a receipt leads to.

import { actButton, canDo } from "./acts.js";
import * as api from "./api.js";
import { caseFacts, deeds, notices, rightsOf, road } from "./case.js";
import { make } from "./make.js";
import { text } from "./texts.js";

const IDLE_MS = 10 * 60 * 1000;
const $ = (id) => document.getElementById(id);
let receipt = null; // number and code while the case is shown, and nowhere else
let idle = 0;

/** Show the form with the number filled in; `leave` opens the conversation instead. */
export function openLookup(leave) {
  $("lookup").hidden = false;
  $("composer").hidden = true;
  $("lookup-number").value = document.body.dataset.case;
  $("lookup-code").focus();
  $("lookup-form").addEventListener("submit", (event) => { event.preventDefault(); look(); });
  $("lookup-leave").addEventListener("click", () => close(leave), { once: true });
  for (const id of ["person", "end"]) $(id).addEventListener("click", () => close(leave), { once: true });
  for (const event of ["pointerdown", "keydown"]) addEventListener(event, wait, { passive: true });
}

function close(leave) {
  if ($("lookup").hidden) return;
  $("lookup").hidden = true;
  $("composer").hidden = false;
  forget();
  leave();
}

/** Nothing of the case stays on the screen or in memory. */
function forget() {
  receipt = null;
  clearTimeout(idle);
  $("act-dialog").close();
  $("lookup-answer").replaceChildren();
  $("lookup-code").value = "";
  $("lookup-ask").hidden = false;
}

/** Whoever sits there later has to show the code again. */
function wait() {
  clearTimeout(idle);
  if (receipt) idle = setTimeout(() => { forget(); say(text("lookup-idle")); }, IDLE_MS);
}

async function look() {
  const asked = { number: $("lookup-number").value.trim(), code: $("lookup-code").value.trim() };
  try {
    const found = await api.look(asked.number, asked.code);
    receipt = asked;
    $("lookup-code").value = "";
    $("lookup-ask").hidden = true;
    show(found);
    wait();
  } catch (error) {
    if (!(error instanceof api.Lost || error instanceof api.Refused)) throw error;
    say(error.detail || text("lookup-lost"));
  }
}

function say(words) {
  $("lookup-answer").replaceChildren(make("p", "bubble reply kind-notice", words));
}

function show(found, told = "") {
  const answer = $("lookup-answer");
  const news = found.case.notices ?? [];
  answer.replaceChildren(
    ...(told ? [make("p", "told", told)] : []),
    ...notices(news),
    caseFacts(found.case, found.roadmap, { past: false }),
    ...road(found.roadmap, { rights: false }),
    ...rightsOf(found.roadmap, choice),
    ...deeds(found.case),
    make("h3", "", text("act.contact-title")),
    actButton("contact", () => receipt, (answered) => toldOnly(answered.told)),
    noMoreMessages(),
  );
  if (news.length) api.act(receipt, "notices/seen", { json: { ids: news.map((each) => each.id) } }).catch(() => {}); // told again next time
  $("lookup").scrollIntoView({ block: "start" });
}

/** The button of a right; an act that the page does not know is told all the same. */
function choice(right) {
  if (!canDo(right.act)) return make("strong", "", right.title);
  return actButton(right.act, () => receipt, (answered) => show(answered, answered.told));
}

/** As easily stopped as begun. */
function noMoreMessages() {
  const button = make("button", "choice plain act", text("contact-stop"));
  button.type = "button";
  button.addEventListener("click", async () => {
    try {
      await api.stopContact(receipt);
      toldOnly(text("contact-stopped"));
    } catch (error) {
      if (!(error instanceof api.Lost || error instanceof api.Refused)) throw error;
      toldOnly(error.detail || text("lookup-lost"));
    }
  });
  return button;
}

function toldOnly(words) {
  $("lookup-answer").querySelector(".told")?.remove();
  $("lookup-answer").prepend(make("p", "told", words));
  $("lookup").scrollIntoView({ block: "start" });
}
