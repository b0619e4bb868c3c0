// Where a case stands, as people see it: facts in words, the road with "you are here", what may be done, what was done.

import { make } from "./make.js";
import { day, text } from "./texts.js";

const CHANGED = "stage-changed";
const ORDER = ["remind", "supplement", "unsolved", "rate", "withdraw"];

/** Number, stage, who has it, the days that are left in words, and what was done so far. */
export function caseFacts(found, roadmap, { past = true } = {}) {
  const facts = make("div", "case");
  const stage = found.stage_title ?? roadmap?.stages?.find((each) => each.id === found.stage)?.title;
  facts.append(make("p", "", text("number", { number: found.number })));
  if (stage) facts.append(make("p", "stage", text("stage", { stage })));
  if (found.merged_into) facts.append(make("p", "", text("merged", { number: found.merged_into })));
  const body = found.body ?? found.clock?.owed_by;
  if (body) facts.append(make("p", "", text("body", { body })));
  if (found.due) facts.append(clock(found));
  if (found.late?.length) facts.append(list("late", found.late.map((each) => make("li", "", each))));
  if (past) facts.append(...deeds(found));
  return facts;
}

/** What was done so far, by which organ. */
export function deeds(found) {
  return found.history?.length ? [make("h3", "", text("history")), list("history", found.history.map(deed))] : [];
}

/** The last day and how far away it is: in words, so that no colour has to tell it. */
function clock(found) {
  const late = typeof found.days_left === "number" && found.days_left < 0;
  const line = make("p", late ? "clock over" : "clock", [text("due", { day: day(found.due) }), remaining(found.days_left)].filter(Boolean).join(text("comma")));
  if (found.clock?.citation) line.append(make("small", "", text("basis") + found.clock.citation));
  return line;
}

function remaining(days) {
  if (typeof days !== "number") return "";
  if (days === 0) return text("days-last");
  return days < 0 ? text("days-over", { days: -days }) : text("days-left", { days: String(days) });
}

function deed(each) {
  const item = make("li", "", `${day(each.on)} ${each.title ?? each.event}`);
  if (each.body) item.append(make("span", "to", text("deed-body", { body: each.body })));
  if (each.told) item.append(make("span", "to", each.told));
  return item;
}

function list(name, items) {
  const node = make("ul", name);
  node.append(...items);
  return node;
}

/** What the citizen was told and has not seen yet; of changes of the stage the last one, the others stand in the history. */
export function notices(items) {
  const last = items.find((each) => each.kind === CHANGED);
  const shown = items.filter((each) => each.kind !== CHANGED || each === last);
  if (!shown.length) return [];
  return [make("h3", "", text("notices")), list("notices", shown.map((each) => make("li", "", each.text)))];
}

/** The stages in order, each with a word for where it stands, and what may be done now. */
export function road(roadmap, { rights = true } = {}) {
  const stages = make("ol", "road");
  for (const each of roadmap.stages ?? []) {
    const item = make("li", each.state);
    item.append(make("span", "mark", text(`state.${each.state}`)), make("strong", "", each.title ?? each.id));
    if (each.on) item.append(make("span", "when", day(each.on)));
    else if (each.due) item.append(make("span", "when", text("due", { day: day(each.due) })));
    if (each.state === "now") item.setAttribute("aria-current", "step");
    stages.append(item);
  }
  return [make("h3", "", text("road")), stages, ...(rights ? rightsOf(roadmap) : [])];
}

/** What may be done now, what runs out first, what can't be undone last; `choose` makes a button of each. */
export function rightsOf(roadmap, choose = null) {
  if (!roadmap.rights?.length) return [];
  const rank = ({ act, until }) => (until ? -1 : ORDER.indexOf(act));
  const rights = [...roadmap.rights].sort((one, two) => rank(one) - rank(two));
  return [make("h3", "", text("rights")), list("rights", rights.map((each) => right(each, choose)))];
}

function right(each, choose) {
  const act = each.title ?? each.act;
  const item = make("li", "", choose ? "" : act);
  if (choose) item.append(choose(each));
  if (each.until) item.append(make("span", "until", text("right.until", { day: day(each.until) })));
  if (each.to) item.append(make("span", "to", text("right.to", { to: each.to })));
  if (each.citation) item.append(make("small", "", text("basis") + each.citation));
  return item;
}
