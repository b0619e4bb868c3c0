// What each key that writes nothing does.

export const ACTS = {
  close: (keyboard) => keyboard.close(),
  delete: (keyboard) => keyboard.erase(),
  clear: (keyboard) => keyboard.clear(),
  space: (keyboard) => keyboard.space(),
  enter: (keyboard) => keyboard.done(),
  separate: (keyboard) => keyboard.separate(),
  english: (keyboard) => keyboard.toggle("english"),
  capital: (keyboard) => keyboard.toggle("capital"),
  symbols: (keyboard) => keyboard.turn("symbols"),
  letters: (keyboard) => keyboard.turn("pinyin"),
};
