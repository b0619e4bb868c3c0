// The look-up of a case by number and query code: where the QR code of a receipt leads to.

import * as api from "./api.js";
import { caseFacts, make, road } from "./render.js";
import { text } from "./texts.js";

const $ = (id) => document.getElementById(id);

/** Show the form with the number filled in; `leave` opens the conversation instead. */
export function openLookup(leave) {
  $("lookup").hidden = false;
  $("composer").hidden = true;
  $("lookup-number").value = document.body.dataset.case;
  $("lookup-code").focus();
  $("lookup-form").addEventListener("submit", (event) => { event.preventDefault(); show(); });
  $("lookup-leave").addEventListener("click", () => close(leave), { once: true });
  for (const id of ["person", "end"]) $(id).addEventListener("click", () => close(leave), { once: true });
}

function close(leave) {
  if ($("lookup").hidden) return;
  $("lookup").hidden = true;
  $("composer").hidden = false;
  $("lookup-answer").replaceChildren();
  $("lookup-code").value = "";
  leave();
}

async function show() {
  const answer = $("lookup-answer");
  try {
    const found = await api.look($("lookup-number").value.trim(), $("lookup-code").value.trim());
    answer.replaceChildren(caseFacts(found.case, found.roadmap), ...road(found.roadmap));
  } catch (error) {
    answer.replaceChildren(make("p", "bubble reply kind-notice", error.detail || text("lost")));
  }
  answer.scrollIntoView({ block: "nearest" });
}
