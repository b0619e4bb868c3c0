// Waiting for the server: asked again and again, less and less often.

const DELAYS_S = [1, 2, 4, 8, 15, 30];
const PATIENCE_MS = 5000;

export async function answers() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}

/** Fulfilled when the server answers again. `asking` hears, before each pause, how many seconds it lasts; `hurry` cuts one short. */
export function waitForServer(asking = () => {}) {
  let wake = () => {};
  const hurry = () => wake();
  const pause = (seconds) => new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000);
    wake = () => { clearTimeout(timer); done(); };
  });
  const back = (async () => {
    addEventListener("online", hurry);
    for (let tries = 0; !(await answers()); tries += 1) {
      const seconds = DELAYS_S[Math.min(tries, DELAYS_S.length - 1)];
      asking(seconds);
      await pause(seconds);
    }
    removeEventListener("online", hurry);
  })();
  return { back, hurry };
}
