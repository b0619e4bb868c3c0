"""Width and variant forms brought to one, character by character, so that offsets stay right."""

from __future__ import annotations

import re

_VARIANTS = {
    "　": " ",
    "\t": " ",
    "萬": "万",
    "兩": "两",
    "塊": "块",
    "錢": "钱",
    "圓": "元",
    "圆": "元",
    "億": "亿",
    "￥": "¥",
    "號": "号",
    "個": "个",
    "開": "开",
    "單": "单",
    "電": "电",
    "話": "话",
    "○": "〇",
    "Ο": "〇",
    "－": "-",
    "—": "-",
    "–": "-",
    "．": ".",
    "：": ":",
    "＋": "+",
    "（": "(",
    "）": ")",
    # southern words for 们, 的, 没, 给, 在, 他, 了, 不
    "哋": "们",
    "嘅": "的",
    "冇": "没",
    "畀": "给",
    "喺": "在",
    "佢": "他",
    "咗": "了",
    "唔": "不",
    "弗": "不",
    "侬": "你",
}
_FULL_WIDTH = {
    chr(code): chr(code - 0xFEE0)
    for a, b in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
    for code in range(a, b)
}
_TABLE = str.maketrans({**_FULL_WIDTH, **_VARIANTS})


# 3w5, 2k, 2o26; 九万几蚊 is Cantonese for yuan
_TYPED = (
    (re.compile(r"(?<=\d)[wW](?![A-Za-z])"), "万"),
    (re.compile(r"(?<=\d)[kK](?![A-Za-z\d])"), "千"),
    (re.compile(r"(?<=\d)[oO](?=\d)"), "0"),
    (re.compile(r"(?<=[\d一二两三四五六七八九十百千万几])蚊"), "块"),
)
_NUMERAL = "零一二两三四五六七八九十百千万"
_FILLER = re.compile(
    r"[嗯呃欸诶]+|那个(?![月人姓]|星期|礼拜|时候)"
    r"|(?<=[\d零幺一二三四五六七八九] )(?:然后|接着|再|后面)(?=\s?[\d零幺一二三四五六七八九]{3})"
    rf"|(?P<word>我们|我是|我叫|我姓|我|俺|他|她|就是|就|这个|然后|是)(?=[，, ]?(?P=word)(?!们))|(?P<number>(?=[一二两三四五六七八九十]+[百千万])[{_NUMERAL}]{{2,6}})(?=(?P=number)[{_NUMERAL}元块])"
)


def fold(text: str) -> str:
    """Half-width letters and digits, simplified money words; always as long as the text given."""
    folded = text.translate(_TABLE)
    for pattern, plain in _TYPED:
        folded = pattern.sub(plain, folded)
    return folded


def still(folded: str) -> str:
    """A folded text with blanks for what the tongue adds: 嗯, 那个, a word said twice; as long as before."""
    return _FILLER.sub(lambda match: " " * len(match[0]), folded)
