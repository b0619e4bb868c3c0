"""The small language of data/care: words as people say them, lists in <>, choices in (|), a space for "a few words later".

<me> (想|要) 跳楼     our words in this order in one clause, up to GAP characters between them
桥(边|上) ~ 别劝      ~ also leaps over commas, within the sentence
#年前                 # any number
^不活了$              ^ and $ the beginning and the end of a clause; what stands before ? may be missing
(好|很|都)*          any of these, any number of times; + at least one
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

GAP = 6
LEAP = 14
CLAUSE_END = "，。！？；：\n"
SENTENCE_END = "。！？；\n"
WITHIN = {
    " ": f"[^{CLAUSE_END}]{{0,{GAP}}}",
    " ~ ": f"[^{SENTENCE_END}]{{0,{LEAP}}}",
    "#": "[0-9一二两三四五六七八九十百几半多]+",
    "^": f"(?<![^{CLAUSE_END}])",
    "$": f"(?![^{CLAUSE_END}])",
    "(": "(?:",
    ")": ")",
    "|": "|",
    "?": "?",
    "*": "*",
    "+": "+",
}
TOKEN = re.compile(r"<([a-z-]+)>| ~ |.", re.DOTALL)
PLAIN = re.compile(r"[\w，！]")


class UnknownWord(ValueError):
    """A cue uses a list that is not there, or a sign that the language does not know."""


def compile_cue(cue: str, words: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """The regular expression of one cue."""
    return re.compile(translate(cue, words))


def compile_any(cues: Sequence[str], words: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """One that finds any of the cues; nothing where there are none."""
    return re.compile("|".join(translate(cue, words) for cue in cues) or r"(?!)")


def translate(cue: str, words: Mapping[str, Sequence[str]]) -> str:
    def sign(match: re.Match[str]) -> str:
        whole, name = match[0], match[1]
        if name:
            return choice(name, words)
        if whole in WITHIN:
            return WITHIN[whole]
        if PLAIN.match(whole):
            return whole
        raise UnknownWord(f"{whole!r} in {cue!r}")

    return TOKEN.sub(sign, str(cue))


def choice(name: str, words: Mapping[str, Sequence[str]]) -> str:
    """Any word of a list; lists may hold lists."""
    if name not in words:
        raise UnknownWord(f"no list <{name}>")
    return "(?:" + "|".join(translate(word, words) for word in words[name]) + ")"
