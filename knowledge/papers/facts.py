"""What can stand in a paper: the citizen's own words unchanged, and facts of the office; nothing is concluded from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from knowledge.office import Office
from petition.deadlines import RECHECK_REQUEST, REVIEW_REQUEST
from petition.matters import Channel
from petition.parties import MAX_REPRESENTATIVES, Confidentiality

Fact = str | tuple[str, ...]
Draft = Mapping[str, object]

WHO = ("name", "address", "phone")
TEXTS = ("on_behalf_of", "respondent", "place", "prior_handling")
STORIES = ("narrative", "request")
MOST_MONTHS = 36
SOURCES = frozenset(
    {
        *(f"party.{each}" for each in WHO),
        *(f"agent.{each}" for each in WHO),
        *(f"draft.{each}" for each in (*TEXTS, *STORIES, "occurred_on", "amount", "people", "confidentiality")),
        *(f"office.{each}" for each in ("name", "address", "phone", "hours")),
        *(f"body.{each}" for each in Channel),
        "wage.months",
        "deadline.request-review",
        "deadline.request-recheck",
        "most.representatives",
        "case.number",
        "case.body",
        "today",
    }
)


def facts_of(draft: Draft, office: Office, today: date) -> dict[str, Fact]:
    """Every source with its value; what was not said is empty.

    The party is whose matter it is: whoever files, unless it is for somebody else, whose name is not known for sure.
    """
    filer = {each: str(draft.get(each) or "") for each in WHO}
    for_other = bool(draft.get("on_behalf_of") or draft.get("for_other"))
    party, agent = ({}, filer) if for_other else (filer, {})
    facts: dict[str, Fact] = dict.fromkeys(SOURCES, "")
    facts |= {f"party.{each}": value for each, value in party.items()}
    facts |= {f"agent.{each}": value for each, value in agent.items()}
    facts |= {f"draft.{slot}": str(draft.get(slot) or "") for slot in TEXTS}
    facts |= {f"draft.{slot}": paragraphs(str(draft.get(slot) or "")) for slot in STORIES}
    facts |= {f"body.{channel}": body.name for channel, body in office.bodies.items()}
    facts |= {f"office.{each}": str(getattr(office, each)) for each in ("name", "address", "phone", "hours")}
    return facts | {
        "draft.occurred_on": "至".join(map(day_text, filter(None, str(draft.get("occurred_on") or "").split("/")))),
        "draft.amount": f"{draft['amount']}元" if draft.get("amount") else "",
        "draft.people": names(draft.get("people")),
        "draft.confidentiality": Confidentiality(str(draft["confidentiality"])).label
        if draft.get("confidentiality")
        else "",
        "wage.months": months(str(draft.get("occurred_on") or "")),
        "deadline.request-review": REVIEW_REQUEST.text,
        "deadline.request-recheck": RECHECK_REQUEST.text,
        "most.representatives": str(MAX_REPRESENTATIVES),
        "case.number": str(draft.get("case_number") or ""),
        "case.body": str(draft.get("case_body") or ""),
        "today": day_text(today.isoformat()),
    }


def paragraphs(text: str) -> tuple[str, ...]:
    """The lines of a text that say something."""
    return tuple(line for line in text.splitlines() if line.strip())


def names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def day_text(iso: str) -> str:
    """2026-05 → 2026年5月, 2026-12-06 → 2026年12月6日."""
    return "".join(f"{int(number)}{unit}" for number, unit in zip(iso.split("-"), "年月日", strict=False))


def months(period: str) -> tuple[str, ...]:
    """The months of a period that the citizen named from its first to its last: 2026-05/2026-08 → 2026年5月 … 2026年8月."""
    ends = [tuple(map(int, each.split("-")[:2])) for each in period.split("/")] if period.count("/") == 1 else []
    if len(ends) != 2 or any(len(each) != 2 for each in ends):
        return ()
    first, last = (year * 12 + month - 1 for year, month in ends)
    wanted = range(first, min(last, first + MOST_MONTHS - 1) + 1)
    return tuple(f"{each // 12}年{each % 12 + 1}月" for each in wanted)
