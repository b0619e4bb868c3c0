// The network or the server is away: said in words, what was typed stays, and the same turn is sent again until somebody answers.

import { text } from "/static/texts.js";

const FIRST_MS = 1500;
const LONGEST_MS = 15000;

export function watchNet({ announce }) {
  const box = document.getElementById("net");
  let waiting = null;

  const say = (key) => {
    const words = text(key);
    if (box.textContent !== words) { box.textContent = words; announce(words); }
    box.hidden = false;
  };
  const quiet = () => { box.hidden = true; box.textContent = ""; };

  document.addEventListener("htmx:sendError", (event) => later(event.detail.requestConfig, "net.lost"));
  document.addEventListener("htmx:timeout", (event) => later(event.detail.requestConfig, "net.lost"));
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (xhr.status === 403) return;
    if (xhr.status >= 500 || xhr.status === 0) later(requestConfig, "net.fault", Number(xhr.getResponseHeader("Retry-After")) * 1000);
    else if (requestConfig.path !== "/kiosk/news") say("net.refused");
  });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.xhr.status >= 500 || event.detail.requestConfig.path === "/kiosk/news") return;
    stop();
    if (!box.hidden) { quiet(); announce(text("net.back")); }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (waiting && event.detail.requestConfig !== waiting.sent && event.detail.requestConfig.verb === "post") stop();
  });
  addEventListener("online", () => waiting?.now());

  function stop() {
    clearTimeout(waiting?.timer);
    waiting = null;
  }

  /** Once more, after a pause that grows; a look for news or a sheet is not worth it. */
  function later(config, key, pause = 0) {
    if (config.path === "/kiosk/news" || config.path.startsWith("/kiosk/carry")) return;
    const tries = waiting?.config === config ? waiting.tries + 1 : 0;
    stop();
    say(key);
    const again = () => send(config, tries);
    waiting = { config, tries, now: again, timer: setTimeout(again, pause || Math.min(LONGEST_MS, FIRST_MS * 2 ** tries)) };
  }

  function send(config, tries) {
    clearTimeout(waiting?.timer);
    const target = config.target?.isConnected ? config.target : document.getElementById("screen");
    waiting = { ...waiting, config, tries };
    const values = config.formData instanceof FormData ? config.formData : config.parameters;
    repeat(config, target, values).catch(() => later(config, "net.lost"));
  }

  /** The very same fields, with the same turn number: the server answers a turn that it has heard as before. */
  async function repeat(config, target, values) {
    const get = config.verb === "get";
    const multipart = [...values.values?.() ?? []].some((each) => each instanceof File);
    const body = get ? undefined : multipart ? values : new URLSearchParams(values instanceof FormData ? [...values.entries()] : Object.entries(values));
    const answer = await fetch(config.path, {
      method: config.verb.toUpperCase(), body, headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(20000),
    });
    if (answer.status >= 500) { later(config, "net.fault", Number(answer.headers.get("Retry-After")) * 1000); return; }
    const html = await answer.text();
    stop();
    quiet();
    if (answer.status === 204) return;
    if (!html.trimStart().startsWith("<")) { say("net.refused"); return; }
    htmx.swap(target, html, { swapStyle: target.id === "screen" ? "outerHTML" : "innerHTML" });
    if (target.id === "sheet") document.dispatchEvent(new CustomEvent("kiosk:sheet"));
    announce(text("net.back"));
  }
}
