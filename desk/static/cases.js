// The case desk by keyboard: J and K go through the rows, X ticks, Enter opens; N goes to the note of a case, A to its acts.

const rows = () => [...document.querySelectorAll("tr[data-row]")];
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

/** Make a row the one that keys act upon. */
function go(row) {
  if (!row) return;
  document.querySelector("tr[data-row].at")?.classList.remove("at");
  row.classList.add("at");
  row.querySelector("[data-open]").focus();
}

function step(by) {
  const all = rows();
  const at = all.findIndex((row) => row.classList.contains("at"));
  go(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function tick() {
  const box = document.querySelector("tr[data-row].at input[name=case]");
  if (box) box.checked = !box.checked;
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: tick,
  n: () => document.getElementById("note")?.focus(),
  a: () => (document.querySelector("details.act summary") ?? document.getElementById("acts"))?.focus(),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

addEventListener("focusin", (event) => {
  const row = event.target.closest?.("tr[data-row]");
  if (!row) return;
  document.querySelector("tr[data-row].at")?.classList.remove("at");
  row.classList.add("at");
});

addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  for (const box of document.querySelectorAll("input[name=case]")) box.checked = event.target.checked;
});

// Rows that came behind the last one: the keyboard goes on where they begin.
let before = 0;
addEventListener("htmx:beforeRequest", () => { before = rows().length; });
addEventListener("htmx:afterSettle", () => { if (before && rows().length > before) go(rows()[before]); });
