"""From the lines of a law to its articles: contents and headings out, paragraphs (款) and items (项) kept as lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.statutes_files import Line, Source
from petition.citation import chinese_number
from petition.numerals import chinese_to_int

NUMERAL = r"(?:[〇零一二三四五六七八九十百千两]{1,12}|\d{1,4})"
LONGEST_HEADING = 40
_ARTICLE = re.compile(rf"第({NUMERAL})条(?:之({NUMERAL}))?(?:[\s:：]+(.*)|$)")
_HEADING = re.compile(rf"第{NUMERAL}(分编|编|章|节)[^。；：，]{{0,{LONGEST_HEADING}}}$")
_APPENDIX = re.compile(rf"附(?:件|录|表|图)?{NUMERAL}?\s*(?:[：:]|$)|附(?:件|录|表|图){NUMERAL}?\s")
_NUMBERED = re.compile(rf"{NUMERAL}、[^。；：，]{{1,{LONGEST_HEADING}}}$")
_PAGE = re.compile(r"[\s.．…·\-—－\d]*$")
_SPACE = re.compile(r"\s+")
_LEVELS = ("编", "分编", "章", "节")
_ENDS_A_SENTENCE = tuple('。！？；：”’"）)】》」』…|')


@dataclass
class Block:
    """An article as it stands in the file, and the line that it begins on."""

    number: int
    suffix: int
    line: int
    chapter: str
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def name(self) -> str:
        """第一百三十三条之一."""
        return article_name(self.number, self.suffix)


def article_name(number: int, suffix: int = 0) -> str:
    """第三十五条, 第一百三十三条之一."""
    return f"第{chinese_number(number)}条" + (f"之{chinese_number(suffix)}" if suffix else "")


def numeral(text: str) -> int:
    """三十五 and 35."""
    return int(text) if text.isdecimal() else chinese_to_int(text)


def blocks_of(source: Source) -> tuple[tuple[Line, ...], tuple[Block, ...]]:
    """What stands before the first article, and the articles."""
    reading = Reading()
    lines = without_contents(source.lines)
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        reading.take(line, following)
    return tuple(reading.preamble), tuple(reading.blocks)


def without_contents(lines: Sequence[Line]) -> Sequence[Line]:
    """A table of contents (目录) reaches to where its own first line stands a second time."""
    start = next((at for at, line in enumerate(lines) if squeezed(line.text) in ("目录", "目次")), None)
    if start is None or start + 1 == len(lines):
        return lines
    first = without_page(lines[start + 1].text)
    again = next((at for at in range(start + 2, len(lines)) if without_page(lines[at].text) == first), start + 1)
    return [*lines[:start], *lines[again:]]


def squeezed(text: str) -> str:
    return _SPACE.sub("", text)


def without_page(text: str) -> str:
    """A line of a table of contents without its dots and page number."""
    return squeezed(_PAGE.sub("", text))


class Reading:
    """The state while the lines of one law go by."""

    def __init__(self) -> None:
        self.preamble: list[Line] = []
        self.blocks: list[Block] = []
        self._headings: dict[str, str] = {}
        self._in_appendix = False

    def take(self, line: Line, following: Line | None) -> None:
        """Put the next line where it belongs."""
        if match := _ARTICLE.match(line.text):
            self._begin(line, numeral(match[1]), numeral(match[2] or "0"), match[3] or "")
        elif level := self._level(line, following):
            self._enter(level, line.text)
        elif not self.blocks:
            self.preamble.append(line)
        elif _APPENDIX.match(line.text):
            self._in_appendix = True
        elif not self._in_appendix:
            self.blocks[-1].lines.append(line.text)

    def _begin(self, line: Line, number: int, suffix: int, text: str) -> None:
        """An appendix may quote articles of other laws; only the next number leads back into the law."""
        if self._in_appendix and (number, suffix) != (self.blocks[-1].number + 1, 0):
            return
        self._in_appendix = False
        chapter = "　".join(self._headings.values())
        self.blocks.append(Block(number, suffix, line.number, chapter, [text.strip()] if text.strip() else []))

    def _level(self, line: Line, following: Line | None) -> str:
        """Which level of heading a line is; empty where it is none."""
        if match := _HEADING.match(line.text):
            return match[1]
        if not self.blocks:
            leads = (line.marked and self.preamble) or _NUMBERED.match(line.text)  # the first marked line is the title
            return "章" if leads and following and _ARTICLE.match(following.text) else ""
        if not (line.marked or self._stands_as_heading(line.text, following)):
            return ""
        return next(iter(self._headings), "章") if squeezed(line.text) == "附则" else "章"

    def _stands_as_heading(self, text: str, following: Line | None) -> bool:
        """「一、受案范围」「附则」 alone on a line between two articles."""
        if following is None or not (_ARTICLE.match(following.text) or _HEADING.match(following.text)):
            return False
        short = len(text) <= LONGEST_HEADING and not any(mark in text for mark in "。；：，")
        return short and self.blocks[-1].text.endswith(_ENDS_A_SENTENCE)

    def _enter(self, level: str, text: str) -> None:
        kept = _LEVELS[: _LEVELS.index(level)]
        heading = {level: _SPACE.sub(" ", text)}
        self._headings = {name: title for name, title in self._headings.items() if name in kept} | heading


def refuse_incomplete(source: Source, blocks: Sequence[Block]) -> None:
    """StatuteError at the first article that is missing, double, without words or cut off."""
    for before, block in zip([None, *blocks], blocks, strict=False):
        for message in wrong(before, block):
            raise source.error(message, block.line)
    if not blocks[-1].text.endswith(_ENDS_A_SENTENCE):
        message = f"最后的{blocks[-1].name}没有写完，文件可能不完整；后面若有落款、附注，请删去再导入"
        raise source.error(message, blocks[-1].line)


def wrong(before: Block | None, block: Block) -> Iterator[str]:
    """What is wrong with an article after the one before it."""
    last = (before.number, before.suffix) if before else (0, 0)
    if (block.number, block.suffix) == last and before:
        yield f"{block.name}重复，第一次在前面（{before.line}）"
    elif (block.number, block.suffix) not in ((last[0] + 1, 0), (last[0], last[1] + 1)):
        expected = article_name(last[0] + 1)
        yield f"这里应是{expected}，却是{block.name}：有条文缺失、重复或顺序不对"
    elif not block.text:
        yield f"{block.name}没有内容"
