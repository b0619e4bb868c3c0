// Service worker of the kiosk: when the server is gone, a page with the road, the phones and the hours. It keeps that page and what it
// needs (KEPT, which the server writes before this text) and nothing else: no conversation, no answer of the server, nothing of anybody.

const PREFIX = "zhilu-offline-";
const NAME = PREFIX + KEPT.version;
const PATIENCE_MS = 10000;
const GATEWAY = [502, 503, 504]; // a proxy that answers in the server's place, or a server that cannot

addEventListener("install", (event) => {
  const wanted = [KEPT.page, ...KEPT.assets].map((path) => new Request(path, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(wanted)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(PREFIX) && name !== NAME;
  const forget = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(forget.then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(fromServer(event.request, KEPT.page));
  else if (KEPT.assets.includes(url.pathname)) event.respondWith(fromServer(event.request, url.pathname));
});

/** The server's own answer, else what was kept under `path`. */
async function fromServer(request, path) {
  try {
    const answer = await Promise.race([fetch(request), tooLong()]);
    if (!GATEWAY.includes(answer.status)) return answer;
  } catch {
    // gone: below
  }
  return (await (await caches.open(NAME)).match(path)) ?? Response.error();
}

function tooLong() {
  return new Promise((_, reject) => { setTimeout(() => reject(new Error("no answer")), PATIENCE_MS); });
}
