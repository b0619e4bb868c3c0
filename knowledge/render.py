"""An entry as people read it and hear it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from knowledge.entry import Citation, Entry
from knowledge.office import Office
from knowledge.reply import Button, Kind, Reply
from petition.citation import chinese_number


def answer_reply(
    entry: Entry, office: Office, alternatives: Iterable[str] = (), buttons: list[Button] | None = None
) -> Reply:
    """The whole answer with its law."""
    text = office.fill(answer_text(entry))
    return Reply(
        kind=Kind.ANSWER,
        text=text,
        speech=office.fill(" ".join([entry.answer, *entry.details[:2]])),
        buttons=buttons or None,
        topic=entry.id,
        alternatives=list(alternatives),
        citations=[citation_dict(each) for each in merged(entry.citations)],
    )


def answer_text(entry: Entry) -> str:
    """The result first, then the details, then cost, place, papers, what if refused, and the articles."""
    lines = [entry.answer, *(f"· {each}" for each in entry.details)]
    lines += [f"{label}：{value}" for label, value in labelled(entry) if value]
    if entry.citations:
        lines.append(f"依据：{basis(entry.citations)}")
    return "\n".join(lines)


def labelled(entry: Entry) -> Iterable[tuple[str, str]]:
    """The short facts with their Chinese labels."""
    yield "费用", entry.cost
    yield "去哪里", entry.where
    yield "带什么", "、".join(entry.materials)
    yield "办不成怎么办", entry.if_refused


def basis(citations: Iterable[Citation]) -> str:
    """《信访工作条例》第二十二条第一款、第二款，第四十四条；《民法典》第一千零三十九条."""
    laws: dict[str, list[str]] = {}
    for each in merged(citations):
        laws.setdefault(each.title.removeprefix("中华人民共和国"), []).append(
            f"第{chinese_number(each.article)}条{each.clause}"
        )
    return "；".join(f"《{title}》{'，'.join(articles)}" for title, articles in laws.items())


def merged(citations: Iterable[Citation]) -> list[Citation]:
    """One citation an article, in their order; the whole article swallows its clauses."""
    found: dict[tuple[str, int], Citation] = {}
    for each in citations:
        first = found.setdefault((each.law, each.article), each)
        whole = not first.clause or not each.clause
        clauses = [] if whole else [*first.clause.split("、"), *each.clause.split("、")]
        found[each.law, each.article] = first.model_copy(update={"clause": "、".join(dict.fromkeys(clauses))})
    return list(found.values())


def citation_dict(citation: Citation) -> dict[str, Any]:
    """A citation as the contract shows it."""
    return {
        "law": citation.law,
        "title": citation.title,
        "article": citation.article,
        "clause": citation.clause,
        "checked_on": citation.checked_on.isoformat(),
        "effective_from": citation.effective_from.isoformat(),
    }
