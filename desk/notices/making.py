"""A notice from the form that a clerk fills in to the paper: what stands in it at first, what was typed, and the .docx."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup
from starlette.datastructures import FormData

from desk.notices.facts import Fact, spelt
from desk.notices.kinds import Entry, Kind, NoticeField, placeholders
from knowledge.papers.render import GREY, Filled, fill, run
from petition.deadlines import RECHECK_REQUEST, REVIEW_REQUEST
from petition.stages import Track

Typed = Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """What was filled in; `faults`: field → what is wrong with it (missing, too-long, day)."""

    typed: Typed = field(repr=False)
    faults: Mapping[str, str]


def at_first(kind: Kind, facts: Mapping[str, Fact], track: Track) -> dict[str, str]:
    """What stands in each field before anybody has typed."""
    return {name: _first(each, facts, track) for name, each in kind.fields.items()}


def _first(each: NoticeField, facts: Mapping[str, Fact], track: Track) -> str:
    if each.source:
        fact = facts[each.source]
        return fact.isoformat() if each.kind is Entry.DAY and isinstance(fact, date) else spelt(fact)
    said = [one for one in each.sentences(track) if all(facts[name] for name in placeholders(one))]
    return "\n".join(_with(one, facts) for one in said)


def _with(sentence: str, facts: Mapping[str, Fact]) -> str:
    for name in set(placeholders(sentence)):
        sentence = sentence.replace(f"{{{name}}}", spelt(facts[name]))
    return sentence


def read(kind: Kind, form: FormData) -> Said:
    """What was typed, none of it lost; only fields of this kind."""
    given = {name: form.get(f"f-{name}") for name in kind.fields}
    typed = {
        name: value.replace("\r\n", "\n").strip() if isinstance(value, str) else "" for name, value in given.items()
    }
    faults = {name: fault for name, each in kind.fields.items() if (fault := _fault(each, typed[name]))}
    return Said(typed, faults)


def _fault(each: NoticeField, text: str) -> str:
    if not text:
        return "missing" if each.required else ""
    if len(text) > each.longest:
        return "too-long"
    return "day" if each.kind is Entry.DAY and _day(text) is None else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def fixed(case_number: str, number: str, replaces: str = "") -> dict[str, str]:
    """What nobody edits."""
    return {
        "number": number,
        "case_number": case_number,
        "replaces": replaces,
        "review_period": REVIEW_REQUEST.text,
        "recheck_period": RECHECK_REQUEST.text,
    }


def render(kind: Kind, typed: Typed, always: Mapping[str, str]) -> bytes:
    """The paper as .docx; what is missing in a draft is a grey blank."""
    values: dict[str, Filled] = {name: run(text) if text else Markup("") for name, text in always.items()}
    values |= {name: _filled(each, typed.get(name, "")) for name, each in kind.fields.items()}
    return fill(kind.template, values, title=kind.title, author=typed.get("issuer", ""))


def _filled(each: NoticeField, text: str) -> Filled:
    blank = run(f"＿＿＿＿（{each.title}）", style=GREY) if each.required else Markup("")
    if each.kind is Entry.WORDS:
        paragraphs = [run(line) for line in text.splitlines() if line.strip()]
        return paragraphs or [one for one in [blank] if one]
    if each.kind is Entry.DAY and (said := _day(text)):
        text = spelt(said)
    return run(text) if text else blank
