// The words of the page: they stand in the template, for a clerk to read, and not in the scripts.

const words = new Map(
  [...document.getElementById("texts").content.querySelectorAll("[data-text]")].map((each) => [each.dataset.text, each.textContent]),
);

/** The text of a key with {name} filled in. */
export function text(key, values = {}) {
  return words.get(key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function has(key) {
  return words.has(key);
}

/** 2026-11-21, or a moment, as people say it, in China's time. */
export function day(iso) {
  const plain = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso) ?? chinaDay(new Date(iso));
  return text("day", { year: plain[1], month: Number(plain[2]), date: Number(plain[3]) });
}

function chinaDay(moment) {
  return /(\d{4})-(\d{2})-(\d{2})/.exec(moment.toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" }));
}

/** Day and time of a moment. */
export function moment(iso) {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return iso;
  return `${day(iso)} ${when.toLocaleTimeString("sv-SE", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" })}`;
}
