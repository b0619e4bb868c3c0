// The matcher beside the page, so that a line never waits for it. Asked {number, strokes, count}; tells {ready}, {number, found} or {broken}.
import { loadMatcher } from "./match.js";

const loading = loadMatcher();
loading.then(() => postMessage({ ready: true }), () => postMessage({ broken: true }));

addEventListener("message", async ({ data: { number, strokes, count } }) => {
  const matcher = await loading.catch(() => null);
  if (matcher) postMessage({ number, found: matcher.match(strokes, count) });
});
