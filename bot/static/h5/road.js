// A stage that is touched in the drawing opens below.

function open() {
  const stage = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(stage instanceof HTMLDetailsElement)) return;
  stage.open = true;
  stage.scrollIntoView({ block: "start" });
  stage.querySelector("summary").focus({ preventScroll: true });
}

addEventListener("hashchange", open);
for (const link of document.querySelectorAll(".road a")) link.addEventListener("click", () => setTimeout(open)); // also the second time
open();
