"""What can stand in a notice at first: what the register knows of the case, unchanged; nothing is concluded from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from cases.actors import Actor
from cases.acts.staff_view import Deed, StaffView
from cases.paper_rules import standing
from knowledge.office import Office
from knowledge.papers.facts import day_text
from petition.citation import chinese_number
from petition.deadlines import PERIODS, HolidayCalendar
from petition.lifecycle import HIGHER, HIGHEST, LIFECYCLE
from petition.matters import Channel
from petition.parties import Confidentiality, PartyRole
from petition.running import ends_on, last_reaching
from petition.stages import Act, Event, Ground, Outcome, Stage, Track

Fact = str | date | None
WORDS = ("request", "narrative", "respondent", "place")
SAID = (
    "reason",
    "text",
    "competent_body",
    "ground",
    "ground_article",
    "outcome",
    "channel",
    "channel_body",
    "channel_article",
)
ANSWERS = ("reply", "review")
ASKED = ("asked_review", "asked_recheck")
SOURCES = frozenset(
    {
        *(f"case.{each}" for each in ("type", "matter", "stage", "body", "filed_on", "received_on")),
        *(f"petitioner.{each}" for each in ("name", "address", "phone", "shown_name", "shown_address", "shown_phone")),
        *(f"words.{each}" for each in WORDS),
        *(f"said.{each}" for each in SAID),
        *(f"act.{each}" for each in ("on", "body", "days", "clause")),
        *(f"{answer}.{each}" for answer in ANSWERS for each in ("body", "on", "text")),
        *(f"{asked}.{each}" for asked in ASKED for each in ("on", "reason")),
        *(f"clock.{each}" for each in ("due", "left", "article", "owed_by")),
        *(f"{what}.{period}" for what in ("due", "period") for period in PERIODS),
        "accepted.on", "organ.received_on", "branch.article", "hearing.days", "higher.review", "higher.recheck",
        "issuer.name", "issuer.phone", "today",
    }
)  # fmt: skip
KEPT_BACK = "（信访人要求保密）"
NOT_NAMED = "（匿名）"


@dataclass(frozen=True)
class Known:
    """Where the facts of a notice come from; `view` is read in full."""

    view: StaffView
    actor: Actor
    office: Office
    today: date
    holidays: HolidayCalendar | None

    @property
    def history(self) -> tuple[Event, ...]:
        """What holds of the history."""
        return standing(self.view.seen.history)

    def last(self, *acts: Act) -> Deed | None:
        """The latest of these acts with what was written with it."""
        return next((deed for deed in reversed(self.view.history) if deed.event.act in acts), None)


def facts_of(known: Known, after: Collection[Act]) -> dict[str, Fact]:
    """Every source with its value; what nobody knows is None."""
    facts: dict[str, Fact] = dict.fromkeys(SOURCES)
    facts |= _case(known) | _people(known) | _act(known, known.last(*after)) | _answers(known) | _clock(known)
    facts |= {f"period.{each.id}": each.text for each in PERIODS.values()}
    facts |= {f"due.{each.id}": ends_on(each, known.history, known.holidays) for each in PERIODS.values()}
    home = known.actor.body is None
    return facts | {
        "issuer.name": known.office.name if home else known.actor.body,
        "issuer.phone": known.office.phone if home else None,
        "higher.review": HIGHER,
        "higher.recheck": HIGHEST,
        "today": known.today,
    }


def _case(known: Known) -> dict[str, Fact]:
    seen, history = known.view.seen, known.history
    sent, accepted = last_reaching(history, Stage.FORWARDED, Stage.ASSIGNED), known.last(Act.ACCEPT)
    words = {f"words.{each}": str(known.view.values.get(each) or "") for each in WORDS}
    return words | {
        "case.type": seen.type_title,
        "case.matter": seen.matter_title,
        "case.stage": seen.stage.label,
        "case.body": seen.body,
        "case.filed_on": seen.filed_on,
        "case.received_on": history[0].counted_from,
        "organ.received_on": (sent or history[0]).counted_from,
        "accepted.on": accepted.event.on if accepted else None,
        "branch.article": seen.branch.citation.text if seen.branch else None,
        "hearing.days": _hearing_days(history),
    }


def _hearing_days(history: Collection[Event]) -> str | None:
    days = sum(event.days or 0 for event in history if event.act is Act.HOLD_HEARING and event.to is Stage.RECHECKING)
    return str(days) if days else None


def _people(known: Known) -> dict[str, Fact]:
    """`shown`: as an organ gets them; a name that its owner wants kept back is not handed on without somebody typing it."""
    people = [each for each in known.view.parties if each.role in (PartyRole.PETITIONER, PartyRole.REPRESENTATIVE)]
    first = people[0] if people else None
    said: dict[str, Fact] = {
        "name": "、".join(dict.fromkeys(each.name for each in people if each.name)),
        "address": first.address if first else "",
        "phone": first.phone if first else "",
    }
    confidential = known.view.confidentiality == Confidentiality.CONFIDENTIAL
    shown = {name: KEPT_BACK if confidential and value else value for name, value in said.items()}
    shown["name"] = shown["name"] or NOT_NAMED
    return {f"petitioner.{name}": value for name, value in said.items()} | {
        f"petitioner.shown_{name}": value for name, value in shown.items()
    }


def _act(known: Known, deed: Deed | None) -> dict[str, Fact]:
    """The act that the notice tells of, with what was written with it."""
    if deed is None:
        return {}
    event, details = deed.event, {name: str(value) for name, value in deed.details.items() if value is not None}
    said: dict[str, Fact] = {f"said.{each}": details.get(each) for each in SAID}
    said |= _ground(details.get("ground")) | _channel(known.office, details.get("channel"))
    return said | {
        "said.outcome": outcome_label(details.get("outcome")),
        "act.on": event.on,
        "act.body": event.body,
        "act.days": str(event.days) if event.days else None,
        "act.clause": clause_of(event, known.view.seen.track),
    }


def _ground(value: str | None) -> dict[str, Fact]:
    if value not in list(Ground):
        return {"said.ground": value}
    ground = Ground(str(value))
    return {"said.ground": ground.label, "said.ground_article": ground.citation.text}


def _channel(office: Office, value: str | None) -> dict[str, Fact]:
    if value not in list(Channel):
        return {"said.channel": value}
    channel = Channel(str(value))
    citation = channel.info.citation
    return {
        "said.channel": channel.info.title,
        "said.channel_body": office.where(channel),
        "said.channel_article": citation.text if citation else None,
    }


def outcome_label(value: object) -> str | None:
    """予以支持, 作出解释说明, 不予支持."""
    return Outcome(str(value)).label if value in list(Outcome) else None


def clause_of(event: Event, track: Track) -> str | None:
    """第二十二条第一款: where the table of law has this act."""
    for step in LIFECYCLE:
        if step.act is event.act and step.role is event.by and track in step.tracks:
            return f"第{chinese_number(step.citation.article)}条{step.citation.clause}"
    return None


def _answers(known: Known) -> dict[str, Fact]:
    """What was decided before, and what was asked for since."""
    facts: dict[str, Fact] = {}
    for name, act in (("reply", Act.REPLY), ("review", Act.REVIEW)):
        if deed := known.last(act):
            facts |= {f"{name}.body": deed.event.body, f"{name}.on": deed.event.on, f"{name}.text": _decided(deed)}
    for name, act in (("asked_review", Act.REQUEST_REVIEW), ("asked_recheck", Act.REQUEST_RECHECK)):
        if deed := known.last(act):
            facts |= {f"{name}.on": deed.event.counted_from, f"{name}.reason": str(deed.details.get("reason") or "")}
    return facts


def _decided(deed: Deed) -> str:
    outcome = outcome_label(deed.details.get("outcome"))
    return "\n".join(each for each in (f"{outcome}。" if outcome else "", str(deed.details.get("text") or "")) if each)


def _clock(known: Known) -> dict[str, Fact]:
    clock = known.view.seen.clock
    if clock is None:
        return {}
    left = clock.days_left
    said = f"还有{left}日" if left > 0 else f"已经超过{-left}日" if left else "今天是最后一天"
    return {
        "clock.due": clock.due,
        "clock.left": said,
        "clock.article": clock.citation.text,
        "clock.owed_by": clock.owed_by,
    }


def spelt(fact: Fact) -> str:
    """As it is printed."""
    return day_text(fact.isoformat()) if isinstance(fact, date) else str(fact or "")
