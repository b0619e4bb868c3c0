"""The lines of a law's text, whatever file an office downloaded: docx, txt or md. A file that cannot be trusted is refused."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

SUFFIXES = (".docx", ".txt", ".md")
LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 32 * 1024 * 1024  # the text of the longest code needs less than 10 MB of XML
DEEPEST_XML = 200

_DOCUMENT = "word/document.xml"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TEXT = f"{_WORD}p", f"{_WORD}t"
_WHITE = {f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}cr": "\n"}
_NOT_READ = {  # what was deleted or moved away, and the second copy of a text box
    f"{_WORD}del",
    f"{_WORD}moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, LookupError, RuntimeError, ElementTree.ParseError, ValueError)
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_FORMATS = (
    (b"\xd0\xcf\x11\xe0", "是旧版 .doc 文件或者加了密码的文件，请用文字处理软件打开，另存为 .docx 再导入"),
    (b"%PDF", "是 PDF 文件，请改为下载 Word（docx）文本再导入"),
    (b"{\\rtf", "是 RTF 文件，请另存为 .docx 再导入"),
    (b"<", "是网页，不是法律文本文件，请改为下载 Word（docx）或纯文本再导入"),
)


class StatuteError(Exception):
    """A law's file that cannot be read; `str()` is one sentence that names the file and the place in it."""

    def __init__(self, file: str, message: str, line: int = 0, unit: str = "行") -> None:
        self.file, self.line, self.message = file, line, message
        super().__init__(f"{file} 第{line}{unit}：{message}" if line else f"{file}：{message}")


@dataclass(frozen=True)
class Line:
    """A line that is not empty; `marked` where Markdown says that it is a heading."""

    number: int
    text: str
    marked: bool = False


@dataclass(frozen=True)
class Source:
    """A file read into lines; `unit` is what they are counted in (行, in Word 段)."""

    file: str
    sha256: bytes
    unit: str
    lines: tuple[Line, ...]

    def error(self, message: str, line: int = 0) -> StatuteError:
        return StatuteError(self.file, message, line, self.unit)


def read_source(path: Path) -> Source:
    """The lines of a docx, txt or md file; StatuteError where it is something else, broken, empty or too large."""
    data = read_bytes(path)
    if path.suffix.lower() not in SUFFIXES:
        raise StatuteError(path.name, f"只能导入 {'、'.join(SUFFIXES)} 文件")
    refuse_other_formats(path.name, data)
    if path.suffix.lower() == ".docx":
        return Source(path.name, digest(data), "段", tuple(numbered(docx_paragraphs(path.name, data))))
    return Source(path.name, digest(data), "行", tuple(numbered(decode(path.name, data).splitlines())))


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as fault:
        raise StatuteError(path.name, f"打不开（{fault.strerror}）") from fault
    if not data.strip():
        raise StatuteError(path.name, "是空文件")
    if len(data) > LARGEST_FILE:
        raise StatuteError(path.name, f"太大，最多 {LARGEST_FILE // 1024 // 1024} MB")
    return data


def refuse_other_formats(file: str, data: bytes) -> None:
    """By the first bytes: a browser saves a web page under any name."""
    start = data.removeprefix(codecs.BOM_UTF8).lstrip()
    for magic, message in _FORMATS:
        if start.startswith(magic):
            raise StatuteError(file, message)


def decode(file: str, data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else GB18030."""
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        if data.count("第".encode()) > 2:  # one broken place in UTF-8; as GB18030 it would all read as other words
            raise StatuteError(file, "有读不出的文字，文件可能损坏", line_at(data, fault.start)) from fault
        text = decode_gb18030(file, data)
    if "\0" in text:
        raise StatuteError(file, "不是文本文件", line_at(data, data.find(b"\0")))
    return text


def decode_gb18030(file: str, data: bytes) -> str:
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as fault:
        message = "文字编码既不是 UTF-8 也不是 GB18030，或者文件损坏"
        raise StatuteError(file, message, line_at(data, fault.start)) from fault


def line_at(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def numbered(texts: Iterable[str]) -> Iterator[Line]:
    """The lines that say something, without marks of emphasis and without what cannot be seen."""
    for number, text in enumerate(texts, 1):
        for piece in text.split("\n"):  # a line break inside a paragraph of Word
            clean = _INVISIBLE.sub("", piece).replace("**", "").strip()
            if words := clean.lstrip("#").strip():
                yield Line(number, words, marked=clean.startswith("#"))


def docx_paragraphs(file: str, data: bytes) -> list[str]:
    """The text of every paragraph, those in tables, content controls and accepted insertions too.

    Read here and not by python-docx, which leaves out content controls and insertions without a word.
    """
    words = Words()
    try:
        content = document_part(file, data)
        if b"<!DOCTYPE" in content:
            raise StatuteError(file, "含有不应有的实体声明，不予读取")
        parser = ElementTree.XMLParser(target=words)
        parser.feed(content)
        parser.close()
    except TooDeep as fault:
        raise StatuteError(file, "层次太深，不像法律文本") from fault
    except _BROKEN as fault:
        raise StatuteError(file, "不是完好的 Word（docx）文件，可能没有下载完整，请重新下载") from fault
    return words.paragraphs


def document_part(file: str, data: bytes) -> bytes:
    """The XML of the text; whatever size the archive declares, no more is unpacked than a law needs."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_DOCUMENT) as part:
        content = part.read(LARGEST_UNPACKED + 1)
    if len(content) > LARGEST_UNPACKED:
        raise StatuteError(file, "解压后太大，不像法律文本")
    return content


class TooDeep(Exception):
    """XML nested deeper than any document."""


class Words:
    """Gathers paragraphs while the XML goes by, without a tree; a text box inside a paragraph comes before it."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self._open: list[list[str]] = []
        self._depth = self._hidden = 0
        self._reads = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST_XML:
            raise TooDeep
        self._hidden += tag in _NOT_READ
        self._reads = tag == _TEXT and not self._hidden
        if tag == _PARAGRAPH:
            self._open.append([])
        elif tag in _WHITE:
            self._say(_WHITE[tag])

    def data(self, text: str) -> None:
        if self._reads:
            self._say(text)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._hidden -= tag in _NOT_READ
        self._reads = False
        if tag == _PARAGRAPH:
            self.paragraphs.append("".join(self._open.pop()))

    def close(self) -> None:
        """Nothing is left open: the parser has seen to it."""

    def _say(self, text: str) -> None:
        if self._open and not self._hidden:
            self._open[-1].append(text)
