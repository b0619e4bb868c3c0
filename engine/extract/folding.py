"""Width and variant forms brought to one, character by character, so that offsets stay right."""

from __future__ import annotations

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
}
_FULL_WIDTH = {
    chr(code): chr(code - 0xFEE0)
    for a, b in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
    for code in range(a, b)
}
_TABLE = str.maketrans({**_FULL_WIDTH, **_VARIANTS})


def fold(text: str) -> str:
    """Half-width letters and digits, simplified money words; always as long as the text given."""
    return text.translate(_TABLE)
