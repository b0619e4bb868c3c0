"""What a screen shows of a session: cards of replies, the one question with its field, the draft, the progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.kiosk.masking import Row, rows, told
from bot.kiosk.session import KioskSession
from bot.kiosk.texts import Texts
from bot.receipts import opened_case_url, qr_code
from cases.receptions import Reception, Slip
from cases.track import CaseView
from knowledge.reply import Button, Kind, Reply
from petition.citation import chinese_number
from petition.days import china_day, in_words

NUMBERS = frozenset({"phone", "amount"})
STORIES = frozenset({"narrative", "request", "prior_handling"})
BY_TOUCH = frozenset({"consent", "confirm", "confidentiality", "evidence"})  # answered by buttons or a file
MAIN = frozenset({"/affirm", "/file", "/keep", "/resume"})
CAREFUL = frozenset({"/cancel", "/discard", "/deny"})
MOST_BUTTONS = 6
BASIS = "依据："
ASK_SPEECH = "/kiosk/speech/text/talk.hello-speech"


@dataclass(frozen=True)
class Choice:
    """A button as it stands on the screen; `look` is a class of the style sheet."""

    title: str
    payload: str
    look: str


@dataclass(frozen=True)
class Source:
    """Where it stands, and when that was checked."""

    place: str
    checked_on: str


@dataclass(frozen=True)
class Card:
    """One reply; `speak` is where it can be heard."""

    kind: str
    lines: tuple[str, ...]
    sources: tuple[Source, ...]
    choices: tuple[Choice, ...]
    speak: str
    reply: Reply
    more: tuple[Choice, ...] = ()  # behind one more touch

    @property
    def danger(self) -> bool:
        return self.kind == Kind.SAFETY

    @property
    def heading(self) -> str:
        """The question itself; empty for a summary, which is read as a whole."""
        return "" if self.kind == Kind.SUMMARY else self.lines[-1]

    @property
    def before(self) -> tuple[str, ...]:
        """What was understood of the answer before."""
        return () if self.kind == Kind.SUMMARY else self.lines[:-1]

    @property
    def after(self) -> tuple[str, ...]:
        """What is read back."""
        return self.lines if self.kind == Kind.SUMMARY else ()


@dataclass(frozen=True)
class Field:
    """Where the citizen types; `long` gets several lines."""

    asks: str
    keyboard: str
    long: bool
    text: str = ""


@dataclass(frozen=True)
class Trouble:
    """What stood in the way; `payload` or `text` is what can be sent once more."""

    text: str
    retry: bool = False
    words: str = ""
    payload: str = ""


def cards(session: KioskSession) -> list[Card]:
    """The replies to the last turn, danger first."""
    found = [card(reply, f"/kiosk/speech/{session.turn}/{n}") for n, reply in enumerate(session.replies)]
    return sorted(found, key=lambda each: not each.danger)


def card(reply: Reply, speak: str) -> Card:
    sources = tuple(source(each) for each in reply.citations or ())
    said = told(reply) or reply.text
    lines = tuple(line for line in said.split("\n") if line.strip() and not (sources and line.startswith(BASIS)))
    buttons = tuple(choice(each) for each in reply.buttons or ())
    first, more = (
        (buttons, ()) if len(buttons) <= MOST_BUTTONS else (buttons[: MOST_BUTTONS - 1], buttons[MOST_BUTTONS - 1 :])
    )
    return Card(str(reply.kind), lines, sources, first, speak, reply, more)


def choice(button: Button) -> Choice:
    look = "main" if button.payload in MAIN else "danger" if button.payload in CAREFUL else "plain"
    return Choice(button.title, button.payload, look)


def source(citation: dict[str, Any]) -> Source:
    """《信访工作条例》第三十四条第一款, as the reply's own citation says it."""
    article = citation.get("article")
    number = f"第{chinese_number(article)}条" if isinstance(article, int) else str(article or "")
    return Source(
        f"《{citation.get('title', '')}》{number}{citation.get('clause') or ''}", str(citation.get("checked_on") or "")
    )


def field_of(session: KioskSession, expects: str = "", text: str = "") -> Field | None:
    """The field for the question; None where it is answered by touch."""
    asked = session.question
    asks = (asked.asks or "") if asked else ""
    if asks in BY_TOUCH:
        return None
    keyboard = "code" if expects == "code" else "number" if asks in NUMBERS else "text"
    return Field(asks, keyboard, asks in STORIES or not asks, text)


def talk_facts(session: KioskSession, texts: Texts, trouble: Trouble | None = None) -> dict[str, Any]:
    """Everything of the talk screen."""
    shown = cards(session)
    asked = session.question
    head = next((each for each in shown if each.reply is asked), None) if asked else None
    return {
        "cards": [each for each in shown if each is not head],
        "ask": head,
        "field": field_of(session, session.expects, trouble.words if trouble else ""),
        "why": why(asked, texts),
        "progress": progress(asked, texts),
        "draft": draft(session),
        "talk": session.shown[:-1],
        "trouble": trouble,
        "danger": any(each.danger for each in shown),
        "speak": " ".join(each.speak for each in shown) or ASK_SPEECH,
        "announce": "\n".join([*([trouble.text] if trouble else []), *(heard(each.reply, texts) for each in shown)]),
    }


def heard(reply: Reply, texts: Texts) -> str:
    """What is read out; a code that is shown once is not."""
    return reply.speech or told(reply) or texts("speech.private")


def draft(session: KioskSession) -> list[Row]:
    """What is filled in so far; the summary says it itself."""
    asked = session.question
    return rows(asked.draft) if asked and asked.kind != Kind.SUMMARY else []


def why(asked: Reply | None, texts: Texts) -> str:
    """Why this is asked; empty where nothing is."""
    key = f"talk.why-{asked.asks}" if asked and asked.asks else ""
    return texts(key) if key in texts else ""


def progress(asked: Reply | None, texts: Texts) -> str:
    """「还有3个问题」."""
    if asked is None:
        return ""
    if asked.kind == Kind.SUMMARY:
        return texts("talk.left-summary")
    if asked.left is None:
        return ""
    return texts("talk.left-one") if asked.left <= 1 else texts("talk.left", number=asked.left)


def case_words(facts: Mapping[str, Any], texts: Texts) -> str:
    """What can be heard of a case: where it is, until when, what is new, what can be done. Number and code are for the eye."""
    view: CaseView = facts["view"]
    said = [facts.get("told") or "", texts("status.now", stage=facts["case"]["stage_title"]) + "。"]
    if view.due and view.days_left is not None:
        left = {"days": abs(view.days_left)}
        key = "over" if view.days_left < 0 else "left" if view.days_left else "today"
        said.append(f"{texts('status.due', day=in_words(view.due))}{texts(f'status.{key}', **left)}。")
    said += [str(each["text"]) for each in facts["notices"]]
    offers = [texts("status.road"), *(texts(f"status.{key}") for key in ("remind", "rate") if key in facts["may"])]
    return "\n".join([*filter(None, said), texts("status.may-speech", titles="，".join(offers))])


def reception_words(slips: Sequence[Slip], days: Sequence[Reception], phone: str, texts: Texts) -> str:
    """The number that somebody has, and the days with places left."""
    said = [texts("devices.your-number", number=each.queue_number) + "。" for each in slips]
    said += [texts("devices.days")] if days else []
    said += [texts("devices.free", on=in_words(each.on), leader=each.leader, free=each.free) for each in days]
    return "\n".join(said) or texts("devices.no-days", phone=phone)


def slip_facts(receipt: dict[str, Any], view: CaseView | None, texts: Texts, base_url: str) -> dict[str, Any]:
    """What stands on the slip, in words: nothing personal. Its QR code carries number and query code, as the slip itself does."""
    due = in_words(view.due) if view and view.due else ""
    return {
        "number": receipt["number"],
        "code": receipt["query_code"],
        "filed": in_words(china_day(datetime.fromisoformat(receipt["filed_at"]))),
        "qr": qr_code(opened_case_url(base_url, receipt["number"], receipt["query_code"])),
        "due": due,
        "next": texts("slip_words.next-due", day=due) if due else texts("slip_words.next-registered"),
    }
