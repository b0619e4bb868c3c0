// What the holder of a receipt does with the case: one dialog, filled for each act, which says what will happen before it does.

import * as api from "./api.js";
import { make } from "./make.js";
import { has, text } from "./texts.js";

const $ = (id) => document.getElementById(id);
const PATHS = {
  supplement: "supplements", remind: "reminders", withdraw: "withdrawal", rate: "rating", unsolved: "unsolved",
  "request-review": "review", "request-recheck": "recheck", contact: "contact",
};
const FIELDS = {
  supplement: () => [words("supplement"), files()],
  rate: () => [choices("of", ["office", "organ"]), choices("satisfaction", ["satisfied", "basic", "unsatisfied"]), words("reason")],
  unsolved: () => [words("reason")],
  withdraw: () => [words("reason")],
  "request-review": () => [words("reason")],
  "request-recheck": () => [words("reason")],
  contact: () => [phone(), agreement()],
};

/** A button that opens the dialog of an act; `receipt` gives number and code, `done` takes the answer. */
export function actButton(act, receipt, done) {
  const button = make("button", "choice plain act", text(`act.${act}`));
  button.type = "button";
  button.addEventListener("click", () => ask(act, receipt(), done));
  return button;
}

export const canDo = (act) => act in PATHS && has(`act.${act}`);

function ask(act, receipt, done) {
  const dialog = $("act-dialog");
  const form = make("form");
  const title = make("h2", "", text(`act.${act}`));
  title.id = "act-title";
  const row = make("div", "choices");
  const go = button("submit", "choice", text(`act.go.${act}`));
  const back = button("button", "choice plain", text("act.back"));
  const trouble = make("p");
  trouble.setAttribute("role", "alert");
  row.append(back, go);
  form.append(title, make("p", "", text(`act.ask.${act}`)), ...(FIELDS[act]?.() ?? []), trouble, row);
  const key = crypto.getRandomValues(new Uint32Array(4)).join("-"); // one try, however often it is sent
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      const answer = await api.act(receipt, PATHS[act], { ...content(act, form), key });
      dialog.close();
      done(answer);
    } catch (error) {
      if (!(error instanceof api.Lost || error instanceof api.Refused)) throw error;
      trouble.textContent = error.detail || text("act.lost");
      go.disabled = false;
    }
  });
  back.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.replaceChildren(), { once: true }); // what was typed is nobody else's to read
  dialog.replaceChildren(form);
  dialog.showModal();
}

/** What is sent: words and files as a form, all else as JSON. */
function content(act, form) {
  const given = new FormData(form);
  if (act === "supplement") {
    const sent = new FormData();
    sent.append("text", given.get("text") ?? "");
    for (const file of given.getAll("file")) if (file.size) sent.append("file", file);
    return { form: sent };
  }
  return { json: { ...Object.fromEntries(given), ...(act === "contact" ? { agree: given.has("agree") } : {}) } };
}

function button(type, className, words) {
  const node = make("button", className, words);
  node.type = type;
  return node;
}

function words(kind) {
  const label = make("label", "field", text(`act.field.${kind}`));
  const field = make("textarea");
  field.name = kind === "supplement" ? "text" : "reason";
  field.maxLength = 2000;
  field.rows = 3;
  label.append(field);
  return label;
}

function files() {
  const label = make("label", "field", text("act.field.file"));
  const field = make("input");
  Object.assign(field, { type: "file", name: "file", multiple: true, accept: $("file").accept });
  label.append(field);
  return label;
}

function phone() {
  const label = make("label", "field", text("act.field.phone"));
  const field = make("input");
  Object.assign(field, { type: "tel", name: "phone", required: true, maxLength: 20, autocomplete: "off" });
  label.append(field);
  return label;
}

function agreement() {
  const label = make("label", "choose-one");
  const field = make("input");
  Object.assign(field, { type: "checkbox", name: "agree", required: true });
  label.append(field, text("act.field.agree"));
  return label;
}

function choices(name, values) {
  const group = make("fieldset");
  group.append(make("legend", "", text(`act.field.${name}`)));
  for (const value of values) {
    const label = make("label", "choose-one");
    const field = make("input");
    Object.assign(field, { type: "radio", name, value, required: true });
    label.append(field, text(`${name}.${value}`));
    group.append(label);
  }
  return group;
}
