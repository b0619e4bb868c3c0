// What every page of the desk does: "/" goes to the search box, a button prints, and what came is announced.

addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.querySelector("[data-shortcut='/']");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) print();
});

/** Tell a screen reader. */
export function announce(words) {
  const live = document.getElementById("live");
  if (live) live.textContent = words;
}
