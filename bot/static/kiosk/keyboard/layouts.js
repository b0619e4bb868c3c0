// What stands on the keys. A key is what it writes, or {act} with what it does; `text` is a key of the catalogue, `wide` its class.

const letters = (row) => [...row].map((letter) => ({ act: "letter", letter }));
const signs = (row) => [...row].map((sign) => ({ act: "write", sign }));
const act = (name, wide = "", text = name) => ({ act: name, text, wide });

const DELETE = { ...act("delete", "wide", "delete-key"), name: "delete" };
const CLEAR = act("clear", "wide");
const ENTER = act("enter", "wide", "done");
const SPACE = act("space", "widest");

/** 拼音: letters; `english` writes them as they are. */
export function pinyin(english) {
  const left = english ? act("capital", "wide") : { ...act("separate", "wide"), name: "separate-key" };
  const comma = signs(english ? "," : "，");
  const stop = signs(english ? "." : "。");
  return [
    letters("qwertyuiop"),
    letters("asdfghjkl"),
    [left, ...letters("zxcvbnm"), DELETE],
    [act("english", "wide", english ? "chinese" : "english"), act("symbols", "wide"), ...comma, SPACE, ...stop, CLEAR, ENTER],
  ];
}

export const SYMBOLS = [
  signs("1234567890"),
  signs("，。、；：？！…—·"),
  signs("“”‘’（）《》【】"),
  [act("letters", "wide"), ...signs("-/@%￥〇"), DELETE, ENTER],
];

const EXTRA = { occurred_on: "年月日-", phone: "-·（）", amount: "元万千-", address: "号组栋-" };

/** 数字: a number pad; beside it what belongs to the question. */
export function number(asks) {
  const [one, two, three, four] = signs(EXTRA[asks] ?? "元万·-");
  return [
    [...signs("123"), one, DELETE],
    [...signs("456"), two, CLEAR],
    [...signs("789"), three, act("space", "wide")],
    [...signs(".0X"), four, ENTER],
  ];
}

/** Numbers of cases and query codes: digits and capital letters together. */
export const CODE = [
  signs("1234567890"),
  signs("QWERTYUIOP"),
  [...signs("ASDFGHJKL"), ...signs("-")],
  [CLEAR, ...signs("ZXCVBNM·"), DELETE, ENTER],
];

/** Beside the handwriting pad. */
export const BESIDE_HAND = [signs("，"), signs("。"), [DELETE], [ENTER]];
