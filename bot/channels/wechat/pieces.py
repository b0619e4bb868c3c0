"""Text cut to the size of a message: at the ends of sentences, with the law beside what it is the basis of, and no link in two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

LONGEST = 2000  # bytes; the platform takes 2,048 (45002)
LINK = re.compile(r'<a href="https://[^"<>]*">[^<>]*</a>')
# A sentence ends after 。！？； (with what closes it) or at the end of a line; two laws of one basis are one sentence.
SENTENCE = re.compile(r"(?:[^。！？；!?\n]|；(?=《))*(?:[。！？；!?]+[”’」』）)》\]]*|\n|$)\n*")
BASIS = re.compile(r"[（(]?(?:法律)?依据[：:是《]?")
SOFT_ENDS = "，、：,; "
FULL_WIDTH = str.maketrans({"<": "＜", ">": "＞", "\0": None})


def escape(text: str) -> str:
    """No mark-up of anybody else: the platform does not say that `&lt;` is read back, and full-width signs need no reading back."""
    return text.translate(FULL_WIDTH)


def link(title: str, url: str) -> str:
    """A link of ours; ValueError for anything but https."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or re.search(r'["<>\s]', url):
        raise ValueError("a link in a message has to begin with https://")
    return f'<a href="{url}">{escape(title)}</a>'


def cut(text: str, most: int = LONGEST) -> list[str]:
    """The text in pieces of at most `most` bytes; nothing is lost but white space at the cuts."""
    pieces: list[str] = []
    piece = ""
    for sentence in sentences(text, most):
        if size((piece + sentence).strip()) > most:
            pieces.append(piece.strip())
            piece = ""
        piece += sentence
    return [each for each in (*pieces, piece.strip()) if each]


def sentences(text: str, most: int) -> Iterator[str]:
    """What may not be cut any further, in order; the basis in law goes with the sentence before it."""
    held = ""
    for sentence in whole_sentences(text):
        if held and BASIS.match(sentence.lstrip()) and size(held + sentence) <= most:
            held += sentence
            continue
        yield from fitting(held, most)
        held = sentence
    yield from fitting(held, most)


def whole_sentences(text: str) -> Iterator[str]:
    """Sentences; a link counts as a word of the sentence that it stands in."""
    links = LINK.findall(text)
    masked = LINK.sub("\0", text)
    for match in SENTENCE.finditer(masked):
        if match[0]:
            yield re.sub("\0", lambda _: links.pop(0), match[0])


def fitting(sentence: str, most: int) -> Iterator[str]:
    """A sentence that is too long for a message is cut at its commas, and then anywhere but in a link."""
    if size(sentence) <= most:
        yield sentence
        return
    part = ""
    for word in words(sentence):
        while part and size(part + word) > most:
            end = max(part.rfind(each) for each in SOFT_ENDS) + 1 if not LINK.search(part) else 0
            end = end or len(part)
            yield part[:end]
            part = part[end:]
        part += word
    yield part


def words(sentence: str) -> Iterable[str]:
    """Characters with the marks that belong to them; a link is one."""
    return re.findall(rf"{LINK.pattern}|.[\u0300-\u036f\u200d\ufe0f]{{0,8}}", sentence, re.DOTALL)


def size(text: str) -> int:
    """Bytes on the wire."""
    return len(text.encode())
