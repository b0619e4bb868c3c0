"""Official texts of laws: a file becomes a Statute, article by article, or a StatuteError that says what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

from knowledge.entry import Citation
from knowledge.load import KnowledgeBase
from knowledge.statutes_files import SUFFIXES, Line, Source, StatuteError, read_source
from knowledge.statutes_text import Block, article_name, blocks_of, refuse_incomplete, squeezed
from knowledge.wording import letters
from petition.numerals import chinese_to_int

__all__ = ["Article", "Statute", "StatuteError", "law_ids", "read_statute", "read_text", "statute_files", "title_key"]

NOT_IN_FORCE = ("SUPERSEDED", "REPEALED", "HISTORICAL")
LONGEST_TITLE = 100
_COUNTRY = "中华人民共和国"
_REVISION = re.compile(r"[(（](?:(?:19|20)\d{2}年?)?[^()（）\d]{0,4}(?:修正|修订|修改|公布|版|文本)?[)）]$")
_YEAR = re.compile(r"(?:19|20)\d{2}|修正|修订|修改")
_TITLE_END = re.compile(r"(?:法|法典|条例|办法|规定|规则|细则|解释|决定|通则|准则|意见|批复|规程|章程|[)）])$")
_DAY = r"(\d{4}|[〇零一二三四五六七八九]{4})年(\d{1,2}|[一二三四五六七八九十]{1,3})月(\d{1,2}|[一二三四五六七八九十]{1,3})日"
_STARTS = rf"自{_DAY}起(?:正式)?(?:施行|实施|生效|执行)"
_STARTS_IN_ARTICLE = re.compile(rf"本[^，。；自]{{1,12}}{_STARTS}")
_FROM_PROMULGATION = re.compile(r"本[^，。；自]{1,12}自(?:公布|发布|颁布|印发)之日起(?:施行|实施|生效|执行)")
_AMENDED = re.compile(r"修正|修订|修改")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FACT = re.compile(r"(\w+):\s*(.*)")


@dataclass(frozen=True)
class Article:
    """One article (条); `suffix` is the N of 之N, 0 without one; `text` has a line for each paragraph and item."""

    number: int
    suffix: int
    chapter: str
    text: str

    @property
    def name(self) -> str:
        """第三十五条."""
        return article_name(self.number, self.suffix)

    @property
    def fingerprint(self) -> str:
        """Its letters alone: another source's white space and punctuation change nothing."""
        return letters(self.text)


@dataclass(frozen=True)
class Statute:
    """A law as one file has it; `effective` is None where neither the text nor its front matter names a day."""

    law_id: str
    title: str
    effective: date | None
    articles: tuple[Article, ...]
    in_force: bool = True
    file: str = ""
    sha256: bytes = b""

    @property
    def key(self) -> str:
        """What stays the same through every revision."""
        return title_key(self.title)


def title_key(title: str) -> str:
    """信访工作条例, from 《中华人民共和国信访工作条例（2022年修订）》: the name without country, quotes and year of revision."""
    plain = unicodedata.normalize("NFKC", squeezed(title))
    bracket = _REVISION.search(plain)
    if bracket and _YEAR.search(bracket[0]):
        plain = plain[: bracket.start()]
    return re.sub(rf"{_COUNTRY}|[《》〈〉「」\"“”]", "", plain)


def law_ids(base: KnowledgeBase) -> dict[str, str]:
    """Title key → the id that the knowledge base cites the law by; the newest where it has had two."""
    cited: Iterator[Citation] = (citation for entry in base for citation in entry.citations)
    return {title_key(each.title): each.law for each in sorted(cited, key=lambda each: each.effective_from)}


def statute_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to read: those named, and all texts below the folders named."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*")):
            hidden = file.name.startswith((".", "~$")) or file.stem.upper() == "README"
            if file.suffix.lower() in SUFFIXES and file.is_file() and not hidden:
                yield file


def read_statute(path: Path, ids: Mapping[str, str] | None = None) -> Statute:
    """The law of a file, complete from its first article to its last; `ids` as law_ids gives them."""
    source = read_source(path)
    statute, blocks, announced = parsed(source)
    refuse_incomplete(source, blocks)
    if announced not in (None, len(blocks)):
        raise source.error(f"文件头说有 {announced} 条，实际只有 {len(blocks)} 条，文件可能不完整")
    return replace(statute, law_id=(ids or {}).get(statute.key, statute.key))


def read_text(path: Path) -> Statute:
    """The same for a text that need not be complete; its id is the stem of the file."""
    return replace(parsed(read_source(path))[0], law_id=path.stem)


def parsed(source: Source) -> tuple[Statute, tuple[Block, ...], int | None]:
    """The law, its articles with their lines, and how many the front matter announces."""
    facts, body = front_matter(source)
    preamble, blocks = blocks_of(body)
    if not blocks:
        raise source.error("没有找到一条条文；每条要另起一行，以“第×条”加空格开头")
    articles = tuple(Article(each.number, each.suffix, each.chapter, each.text) for each in blocks)
    effective = starting_date(facts.get("effective", ""), facts.get("revised", ""))
    statute = Statute(
        law_id="",
        title=facts.get("title", "")[:LONGEST_TITLE] or title_of(source, preamble),
        effective=effective or effective_from(articles, preamble),
        articles=articles,
        in_force=not facts.get("status", "").startswith(NOT_IN_FORCE),
        file=source.file,
        sha256=source.sha256,
    )
    announced = facts.get("articles", "")
    return statute, blocks, int(announced) if announced.isdecimal() else None


def front_matter(source: Source) -> tuple[dict[str, str], Source]:
    """What the Markdown file says about itself, line by line, and the source without it."""
    if not source.lines or source.lines[0].text != "---":
        return {}, source
    end = next((at for at, line in enumerate(source.lines[1:], 1) if line.text == "---"), None)
    if end is None:
        raise source.error("文件头（---）没有结束", source.lines[0].number)
    found = (_FACT.match(line.text) for line in source.lines[1:end])
    facts = {match[1]: match[2].strip("\"'") for match in found if match}
    return facts, replace(source, lines=source.lines[end + 1 :])


def title_of(source: Source, preamble: Sequence[Line]) -> str:
    """The first line that reads like a title, with the line before it where the title is broken in two."""
    texts = [squeezed(line.text) for line in islice(preamble, 20)]
    named = [at for at, text in enumerate(texts) if len(text) <= LONGEST_TITLE and reads_like_title(text)]
    if not named:
        raise source.error("没有找到法律的标题；标题要单独成行，在条文之前")
    at = named[0]
    broken = at > 0 and texts[at].startswith(("《", "关于", "的", "若干"))
    return without_revision((texts[at - 1] if broken else "") + texts[at])


def reads_like_title(text: str) -> bool:
    return bool(_TITLE_END.search(text)) and not text.startswith(("(", "（")) and "。" not in text


def without_revision(title: str) -> str:
    bracket = _REVISION.search(title)
    return title[: bracket.start()] if bracket and _YEAR.search(bracket[0]) else title


def starting_date(effective: str, revised: str) -> date | None:
    """The convention of every `effective_from`: the first date that the file's `effective` names, else the day of the revision.

    The text's own commencement article comes first, so a law amended since keeps the day on which it began (行政诉讼法: 1990-10-01, not the
    2017-07-01 that its text does not state). Where the text says only "from promulgation", the date that `effective` names for this version
    stands (民事诉讼法: 2024-01-01), and where it names none, the day on which the version was adopted.
    """
    found = _ISO_DAY.search(effective) or _ISO_DAY.search(revised)
    return day(*found.groups()) if found else None


def effective_from(articles: Sequence[Article], preamble: Sequence[Line]) -> date | None:
    """The same convention for an official text, which has no front matter: its commencement article, else what stands before the articles.

    A law in force "from promulgation" that was amended since does not say from when it reads as it does: None.
    """
    before = "\n".join(line.text for line in preamble)
    for article in reversed(articles):
        if found := _STARTS_IN_ARTICLE.search(article.text):
            return day(*found.groups())
        if _FROM_PROMULGATION.search(article.text):
            adopted = None if _AMENDED.search(before) else last_day(_DAY, before)
            return last_day(_STARTS, before) or adopted
    return last_day(_STARTS, before)


def last_day(pattern: str, text: str) -> date | None:
    days = [day(*found.groups()) for found in re.finditer(pattern, text)]
    return days[-1] if days else None


def day(year: str, month: str, number: str) -> date | None:
    """None for a day that no calendar has."""
    try:
        return date(*(int(each) if each.isdecimal() else chinese_to_int(each) for each in (year, month, number)))
    except ValueError:
        return None
