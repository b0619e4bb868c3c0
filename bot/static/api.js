// The calls of the public API. Each gives the body, or throws Refused (the server said no) or Lost (no answer came).

const PATIENCE_MS = 30000;

export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
    this.detail = detail;
  }
}

export class Lost extends Error {}

export const open = (surface) => call("POST", "/api/conversations", { json: { surface } });

export const say = (session, message) =>
  call("POST", `/api/conversations/${session.conversation}/messages`, { json: message, token: session.token });

/** What staff said meanwhile; a look that got no answer is sent again with the same name. */
export const news = (session, look) =>
  call("GET", `/api/conversations/${session.conversation}/news?look=${look}`, { token: session.token });

export function attach(session, file) {
  const form = new FormData();
  form.append("file", file);
  return call("POST", `/api/conversations/${session.conversation}/attachments`, { form, token: session.token });
}

/** A file of a reply, as a Blob. */
export const download = (session, file) => fetchBlob(session, `files/${encodeURIComponent(file.id)}`);

/** The small picture of a photo that was handed in, as a Blob. */
export const thumbnail = (session, attachment) =>
  fetchBlob(session, `attachments/${encodeURIComponent(attachment)}?size=thumbnail`);

async function fetchBlob(session, what) {
  const headers = { Authorization: `Bearer ${session.token}` };
  const path = `/api/conversations/${session.conversation}/${what}`;
  const answer = await reach(path, { headers, cache: "no-store", credentials: "omit" });
  if (answer.ok) return answer.blob().catch(() => { throw new Lost(); });
  const problem = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, String(problem.detail ?? ""));
}

export const close = (session, leaving = false) =>
  call("DELETE", `/api/conversations/${session.conversation}`, { token: session.token, leaving });

export const look = (number, code) =>
  call("GET", `/api/cases/${encodeURIComponent(number)}`, { code: encodeURIComponent(code) });

/** What the holder of a receipt does with the case; the same key does it once. */
export const act = ({ number, code }, what, { json, form, key } = {}) =>
  call("POST", `/api/cases/${encodeURIComponent(number)}/${what}`, { json, form, key, code: encodeURIComponent(code) });

/** No more text messages. */
export const stopContact = ({ number, code }) =>
  call("DELETE", `/api/cases/${encodeURIComponent(number)}/contact`, { code: encodeURIComponent(code) });

async function call(method, path, { json, form, token, code, key, leaving = false } = {}) {
  const headers = {};
  if (key) headers["Idempotency-Key"] = key;
  if (token) headers.Authorization = `Bearer ${token}`;
  if (code) headers["X-Query-Code"] = code;
  if (json) headers["Content-Type"] = "application/json";
  const body = json ? JSON.stringify(json) : form;
  const answer = await reach(path, { method, headers, body, keepalive: leaving, cache: "no-store", credentials: "omit" });
  if (answer.status >= 500 || answer.status === 0) throw new Lost();
  const content = answer.status === 204 ? {} : await answer.json().catch(() => { throw new Lost(); });
  if (!answer.ok) throw new Refused(answer.status, String(content.detail ?? ""));
  return content;
}

async function reach(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Lost();
  }
}
