// What staff say meanwhile: asked for as long as they have the conversation, or are to take it.

import * as api from "./api.js";

const SOON_MS = 3000;
const HIDDEN_MS = 15000;
const LOST_MS = 10000;

/** `current` is the session of the page, `show` takes a reply. */
export function watchNews({ current, show }) {
  let watched = null;

  function look(session) {
    if (!session || watched === session.conversation) return;
    watched = session.conversation;
    again(session, name(), SOON_MS);
  }

  function again(session, id, wait) {
    setTimeout(() => ask(session, id), wait);
  }

  async function ask(session, id) {
    if (current() !== session) return leave(session);
    try {
      const told = await api.news(session, id);
      if (current() !== session) return leave(session);
      told.replies.forEach(show);
      if (!told.with_person) return leave(session);
      again(session, name(), document.hidden ? HIDDEN_MS : SOON_MS);
    } catch (error) {
      if (error instanceof api.Refused && error.status !== 429) return leave(session); // it is over
      if (!(error instanceof api.Lost || error instanceof api.Refused)) throw error;
      again(session, id, LOST_MS);
    }
  }

  function leave(session) {
    if (watched === session.conversation) watched = null;
  }

  return { look };
}

const name = () => crypto.getRandomValues(new Uint32Array(3)).join("-");
