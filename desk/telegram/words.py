"""What the bot says: hits of the search, cases and digests as plain text of a Telegram message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cases.telegram import Digest, Whereabouts
from desk.pages import day
from desk.search import Library
from desk.search_detail import Detail, detail_of
from knowledge.catalogue import Catalogue
from knowledge.search import Hit, Kind

LONGEST = 3900  # characters of a message; Telegram takes 4096 UTF-16 units
LONGEST_DATA = 64  # bytes behind a button
MOST_OTHERS = 4
MOST_OFFERS = 10


@dataclass(frozen=True)
class Said:
    """One message; `buttons`: title and data; `sealed`: Telegram is asked not to let it be forwarded."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    sealed: bool = False


@dataclass(frozen=True)
class Offer:
    """A result of the inline mode: what is chosen by, and what is put into the other chat."""

    id: str
    title: str
    excerpt: str
    text: str


def answer(t: Catalogue, library: Library, hits: Sequence[Hit]) -> Said:
    """The best hit in full, the next ones as buttons."""
    if not hits:
        return Said(t("telegram.none"))
    first = detail_of(library, hits[0].kind, hits[0].id)
    assert first is not None
    buttons = tuple((each.title[:60], data_of(each.kind, each.id)) for each in hits[1 : MOST_OTHERS + 1])
    fitting = tuple(each for each in buttons if len(each[1].encode()) <= LONGEST_DATA)
    return Said(detailed(t, first), fitting, sealed=first.staff_only)


def chosen(t: Catalogue, library: Library, data: str) -> Said:
    """The hit behind a button."""
    kind, _, name = data.partition(":")
    detail = detail_of(library, Kind(kind), name) if kind in list(Kind) else None
    return Said(detailed(t, detail), sealed=detail.staff_only) if detail else Said(t("telegram.gone"))


def offers(t: Catalogue, library: Library, hits: Sequence[Hit]) -> list[Offer]:
    """Only answers that are written for citizens, checked and up to date: they are put before anybody."""
    found = []
    for each in hits:
        detail = detail_of(library, each.kind, each.id) if each.kind is Kind.TOPIC else None
        if detail is None or detail.staff_only or detail.unverified or detail.outdated:
            continue
        if len(each.id.encode()) <= LONGEST_DATA:
            found.append(Offer(each.id, each.title, each.excerpt[:120], detailed(t, detail)))
    return found[:MOST_OFFERS]


def detailed(t: Catalogue, detail: Detail) -> str:
    """What a clerk reads: the warnings first, then the answer with its law and the day of the check."""
    said = {
        "search.staff-only": detail.staff_only,
        "search.unverified": detail.unverified,
        "search.not-in-force": not detail.in_force,
    }
    lines = [f"【{t(key)}】" for key, so in said.items() if so]
    if detail.outdated:
        lines.append(f"【{t('search.outdated')}{'；'.join(detail.outdated)}】")
    checked = f"\n{t('telegram.checked', day=day(detail.checked_on))}" if detail.checked_on else ""
    return clipped(t, "\n".join([*lines, detail.plain]), len(checked)) + checked


def clipped(t: Catalogue, text: str, besides: int = 0) -> str:
    """What fits into one message, counted as Telegram counts."""
    if units(text) + besides <= LONGEST:
        return text
    kept = text[: LONGEST - besides - len(t("telegram.clipped"))]
    while units(kept) + besides + len(t("telegram.clipped")) > LONGEST:
        kept = kept[:-100]
    return kept + t("telegram.clipped")


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def data_of(kind: Kind, name: str) -> str:
    return f"{kind}:{name}"


def where_it_stands(t: Catalogue, found: Whereabouts) -> Said:
    """Number, stage and the next last day."""
    due = t("telegram.case-no-due")
    if found.due is not None and found.days_left is not None:
        due = t("telegram.case-due", day=day(found.due), left=left(t, found.days_left))
    text = t("telegram.case", number=found.number, stage=found.stage.label, due=due)
    return Said(text, sealed=True)


def left(t: Catalogue, days: int) -> str:
    if days == 0:
        return t("telegram.left-today")
    return t("telegram.left", days=days) if days > 0 else t("telegram.left-late", days=-days)


def digest_of(t: Catalogue, found: Digest) -> Said:
    """How many, and the numbers of those that are late."""
    if not found.late and not found.soon:
        return Said(t("telegram.digest-none"))
    lines = [t("telegram.digest", total=found.total, late=found.late, soon=found.soon)]
    lines += [t("telegram.digest-row", number=row.number, days=-(row.days_left or 0)) for row in found.rows]
    if found.late > len(found.rows):
        lines.append(t("telegram.digest-more", count=found.late - len(found.rows)))
    return Said("\n".join([*lines, t("telegram.digest-at-desk")]), sealed=True)
