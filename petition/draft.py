"""A complaint being taken down: its slots as one table, what is asked next, what is missing, what is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from petition import values
from petition.errors import NotComplete
from petition.masking import masked
from petition.matters import Branch, Channel, Matter, PetitionType
from petition.parties import Confidentiality, Party, is_organisation, parties_of
from petition.triage import Triage
from petition.values import Reason, refuse

__all__ = [
    "SLOTS",
    "USUAL",
    "Filing",
    "Order",
    "Slot",
    "When",
    "check_value",
    "masked",
    "missing",
    "next_slot",
    "open_slots",
    "order_around",
    "questions_left",
]

Draft = Mapping[str, object]
Checker = Callable[[str, object, date], object]
Order = Sequence[str]


class When(StrEnum):
    """When a slot is asked; the marks `headcount` (a number), `for_other` and `privacy_raised` (true) are in the draft."""

    ALWAYS = "always"
    REPORT = "report"  # a report always decides first how far names are shown (第三十条第三款)
    GROUP = "group"  # several people, or an organisation: who speaks for it
    FOR_OTHER = "for-other"
    SIGNED = "signed"  # not anonymous
    FACTS = "facts"  # not a suggestion: there something happened, to someone, by someone
    MONEY = "money"
    PRIVACY_RAISED = "privacy-raised"


@dataclass(frozen=True)
class Slot:
    """One row of the table of slots (contract.md)."""

    id: str
    title: str
    check: Checker
    required: bool = False
    when: When = When.ALWAYS

    @property
    def skippable(self) -> bool:
        """Whether the citizen may leave it out."""
        return not self.required


SLOTS: dict[str, Slot] = {
    slot.id: slot
    for slot in (
        Slot("consent", "同意收集个人信息", values.agreed, required=True),
        Slot("confidentiality", "署名方式", values.confidentiality, required=True, when=When.REPORT),
        Slot("narrative", "事实和理由", values.text_between(6, 2000), required=True),
        Slot("request", "请求", values.text_between(2, 1000), required=True),
        Slot("people", "代表", values.people, required=True, when=When.GROUP),
        Slot("on_behalf_of", "替谁反映", values.text_between(2, 60), required=True, when=When.FOR_OTHER),
        Slot("name", "姓名（名称）", values.name, required=True, when=When.SIGNED),
        Slot("address", "住址", values.address, required=True, when=When.SIGNED),
        Slot("phone", "联系电话", values.phone),
        Slot("respondent", "被反映单位或人员", values.text_between(2, 100), when=When.FACTS),
        Slot("place", "发生地点", values.text_between(2, 100)),
        Slot("occurred_on", "发生时间", values.occurred_on, when=When.FACTS),
        Slot("amount", "涉及金额（元）", values.amount, when=When.MONEY),
        Slot("prior_handling", "此前的处理情况", values.text_between(1, 1000), when=When.FACTS),
        Slot("evidence", "证据材料", values.evidence),
        Slot("confirm", "核对确认", values.agreed, required=True),
    )
}

USUAL: Order = tuple(SLOTS)
HEAD: Order = ("consent", "confidentiality", "narrative", "request")  # before anything else, whatever it is about
LAST = "confirm"


def order_around(asked: Iterable[str]) -> Order:
    """The whole order of the questions around those that a matter needs.

    ValueError for an unknown slot, one that stands twice, and a required one that is missing (《信访工作条例》第十九条第一款).
    """
    order = (*HEAD, *asked, LAST)
    lost = {slot.id for slot in SLOTS.values() if slot.required} - set(order)
    if lost or len(set(order)) != len(order) or not set(order) <= SLOTS.keys():
        raise ValueError(
            f"not an order of questions: {', '.join(order)}; missing: {', '.join(sorted(lost)) or 'nothing'}"
        )
    return order


def _headcount(draft: Draft) -> int:
    given = draft.get("headcount")
    return int(given) if isinstance(given, int | float) else 0


def _applies(slot: Slot, draft: Draft, triage: Triage | None) -> bool:
    kind = triage.type if triage else PetitionType.CLAIM
    match slot.when:
        case When.REPORT | When.PRIVACY_RAISED:
            return kind is PetitionType.REPORT or bool(draft.get("privacy_raised"))
        case When.GROUP:
            return _headcount(draft) > 1 or is_organisation(draft.get("name"))
        case When.FOR_OTHER:
            return bool(draft.get("for_other"))
        case When.SIGNED:
            return draft.get("confidentiality") != Confidentiality.ANONYMOUS
        case When.FACTS:
            return kind is not PetitionType.SUGGESTION
        case When.MONEY:
            return kind is not PetitionType.SUGGESTION and bool(triage and triage.matter.info.has_amount)
        case _:
            return True


def open_slots(
    draft: Draft, triage: Triage | None, *, skipped: Collection[str] = (), order: Order = USUAL
) -> tuple[str, ...]:
    """The slots still to be asked, in this order; `confirm` last. What is not in the order is not asked."""
    return tuple(
        slot.id
        for slot in map(SLOTS.__getitem__, order)
        if draft.get(slot.id) in (None, "", [], ())
        and not (slot.id in skipped and slot.skippable)
        and _applies(slot, draft, triage)
    )


def next_slot(
    draft: Draft, triage: Triage | None, *, skipped: Collection[str] = (), order: Order = USUAL
) -> str | None:
    """What to ask next; None when all is said and confirmed."""
    return next(iter(open_slots(draft, triage, skipped=skipped, order=order)), None)


def questions_left(draft: Draft, triage: Triage | None, *, skipped: Collection[str] = (), order: Order = USUAL) -> int:
    """How many questions are to come before the summary."""
    return len([slot for slot in open_slots(draft, triage, skipped=skipped, order=order) if slot != LAST])


def missing(draft: Draft, triage: Triage | None) -> tuple[str, ...]:
    """Required slots without a value, `confirm` aside."""
    return tuple(slot for slot in open_slots(draft, triage) if SLOTS[slot].required and slot != LAST)


def check_value(slot: str, value: object, today: date) -> object:
    """The value in normal form; raises InvalidValue with slot and reason. An empty value asks to leave the slot out."""
    row = SLOTS[slot]
    if value is None or (isinstance(value, str) and not value.strip()):
        check_skip(slot)
        return None
    return row.check(slot, value, today)


def check_skip(slot: str) -> None:
    """Raises InvalidValue where the slot has to be answered (《信访工作条例》第十九条第一款)."""
    if SLOTS[slot].required:
        raise refuse(slot, Reason.NAME_REQUIRED if slot == "name" else Reason.NOT_SKIPPABLE)


@dataclass(frozen=True)
class Filing:
    """What is handed to the register; `filing_key` makes a second hand-over the same case."""

    filing_key: str
    surface: str
    type: PetitionType
    matter: Matter
    branch: Branch | None
    channels: tuple[Channel, ...]
    values: Mapping[str, object] = field(repr=False)
    confidentiality: Confidentiality
    parties: tuple[Party, ...] = field(repr=False)

    @classmethod
    def from_draft(cls, draft: Draft, triage: Triage, *, filing_key: str, surface: str) -> Filing:
        """Raises NotComplete where a required slot is missing."""
        if slots := missing(draft, triage):
            raise NotComplete(slots=slots)
        confidentiality = Confidentiality(str(draft.get("confidentiality") or Confidentiality.NAMED))
        return cls(
            filing_key=filing_key,
            surface=surface,
            type=triage.type,
            matter=triage.matter,
            branch=triage.branch,
            channels=triage.channels,
            values=_filed_values(draft, confidentiality),
            confidentiality=confidentiality,
            parties=parties_of(draft),
        )


def _filed_values(draft: Draft, confidentiality: Confidentiality) -> dict[str, object]:
    """Slot values only; who files stands in the parties, and nowhere where the filing is anonymous."""
    left_out = {"consent", "confirm", "confidentiality"}
    if confidentiality is Confidentiality.ANONYMOUS:
        left_out |= {"name", "address", "people", "on_behalf_of"}
    return {slot: draft[slot] for slot in SLOTS if slot not in left_out and draft.get(slot) not in (None, "", [], ())}
