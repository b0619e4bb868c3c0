// A training tells a screen reader when it has come to its end.
import { announce } from "./desk.js";

let state = document.getElementById("progress")?.dataset.state;

document.addEventListener("htmx:afterSettle", () => {
  const now = document.getElementById("progress")?.dataset.state;
  if (now && now !== state) announce(now);
  state = now;
});
