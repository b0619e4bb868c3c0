// The tab 手写: the pad of hand/pad.js, fetched when somebody first opens it, and the keys beside it.

import { text } from "/static/texts.js";
import { element } from "./keys.js";
import { BESIDE_HAND } from "./layouts.js";

const PAD = "/static/kiosk/hand/pad.js";

export class HandPane {
  /** `onCharacter(character)` and `onDelete()`, as the pad calls them. */
  constructor(hears) {
    Object.assign(this, { hears, pad: null });
  }

  /** Pad and keys into their place; `row` makes a row of keys. */
  async mount(keys, row) {
    const place = element("div", "pad");
    place.dataset.own = ""; // the pad has its own touches
    const signs = element("div", "signs");
    signs.append(...BESIDE_HAND.map(row));
    keys.replaceChildren(place, signs);
    try {
      const { createPad } = await import(PAD);
      if (!place.isConnected) return; // another tab meanwhile
      this.pad ??= createPad(this.hears);
      place.append(this.pad.element);
    } catch {
      place.textContent = text("keyboard.hand-absent");
    }
  }

  unmount() {
    this.pad?.destroy();
    this.pad = null;
  }
}
