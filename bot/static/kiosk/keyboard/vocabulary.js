// The words of the keyboard, as the server has them.

import { Ime } from "./ime.js";

/** The input method made of them; `onData` has the phrases before that. */
export async function loadWords(address, onData) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  const data = await answer.json();
  onData(data);
  return Ime.of(data);
}
