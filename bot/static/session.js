// What a reload must not lose: kept for this tab of a citizen's own browser.

const KEY = "zhilu";
const LONGEST = 80;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

/** Add to what is kept; an empty list begins anew. */
export function remember(session, entries) {
  if (!session) return;
  const { conversation, token } = session;
  const known = entries.length ? (read()?.log ?? []) : [];
  write({ session: { conversation, token }, log: [...known, ...entries].slice(-LONGEST) });
}

function write(kept) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // a browser that keeps nothing: a reload begins anew
  }
}

export function recall() {
  return read();
}

export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // nothing was kept
  }
}
