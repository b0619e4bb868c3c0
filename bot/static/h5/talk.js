// The calls of the pages that belong to a conversation: the cookie says which. Each gives the body, or throws Refused or Lost.

import { Lost, Refused } from "../api.js";

export { Lost, Refused };

const PATIENCE_MS = 60000;

/** The first phone that uses the link has it. */
export const claim = () => call("POST", "claim");
export const readStory = () => call("GET", "story/draft");
export const keepStory = (text, leaving = false) => call("PUT", "story/draft", { text }, leaving);
export const sendStory = (text, key) => call("POST", "story", { text, key });

async function call(method, path, json, leaving = false) {
  const headers = json ? { "Content-Type": "application/json" } : {};
  const body = json ? JSON.stringify(json) : undefined;
  let answer;
  try {
    answer = await fetch(`/h5/${path}`, { method, headers, body, keepalive: leaving, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Lost();
  }
  const content = answer.status === 204 ? {} : await answer.json().catch(() => { throw new Lost(); });
  if (answer.status >= 500) throw new Lost();
  if (!answer.ok) throw new Refused(answer.status, String(content.detail ?? ""));
  return content;
}

/** One file; `moved` is told how much of it has gone, from 0 to 1. */
export function sendFile(file, moved) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much has gone
    const form = new FormData();
    form.append("file", file);
    request.open("POST", "/h5/files");
    request.responseType = "json";
    request.timeout = 5 * PATIENCE_MS;
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) moved(event.loaded / event.total); });
    request.addEventListener("load", () => {
      if (request.status === 201 && request.response) resolve(request.response);
      else if (request.status >= 500 || !request.status) reject(new Lost());
      else reject(new Refused(request.status, String(request.response?.detail ?? "")));
    });
    for (const event of ["error", "timeout", "abort"]) request.addEventListener(event, () => reject(new Lost()));
    request.send(form);
  });
}
