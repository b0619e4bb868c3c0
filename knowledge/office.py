"""The profile of an office: who we are, where, when, and the local body of each channel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

from knowledge.opening import Session, as_text
from knowledge.spans import Spans
from knowledge.yamls import read_yaml
from petition.matters import Channel

PLACEHOLDER = re.compile(r"\{(office|body)\.([a-z-]+)\}")
HelpLine = Literal["police", "ambulance", "fire", "mental-health"]
HELP_LINES: dict[HelpLine, str] = {"police": "110", "ambulance": "120", "fire": "119", "mental-health": "12356"}
FACTS = ("name", "address", "hours", "phone", "online", "directions", "reception")


def is_placeholder(match: re.Match[str]) -> bool:
    """Whether a profile can fill it: a fact of the office, or the local body of a channel."""
    return match[2] in FACTS if match[1] == "office" else match[2] in list(Channel)


class Part(BaseModel):
    """Strict: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(Part):
    """A local body that a channel leads to."""

    name: str
    address: str = ""
    phone: str = ""

    def __str__(self) -> str:
        return "，".join(each for each in (self.name, self.address, self.phone and f"电话{self.phone}") if each)


class Phone(Part):
    """A further number, and what it is for."""

    name: str
    number: str


class ReceptionDay(Part):
    """When somebody in charge receives citizens (领导接访): who, when, and how to get a place."""

    who: str
    when: str
    where: str = ""
    booking: str = ""

    def __str__(self) -> str:
        return "，".join(each for each in (f"{self.who}：{self.when}", self.where, self.booking) if each)


class Place(Part):
    """A local place and what people call it, old names too."""

    name: str
    aliases: list[str] = []


class Office(Part):
    """One YAML file of data/office; `sample` marks the shipped one, which no office may go live with."""

    id: str
    name: str
    address: str
    opening: list[Session]
    phone: str
    online: str
    sample: bool = False
    closed: Spans = []
    directions: str = ""
    phones: list[Phone] = []
    reception_days: list[ReceptionDay] = []
    bodies: dict[str, Body] = {}
    emergency: dict[HelpLine, str] = HELP_LINES
    places: list[Place] = []

    @field_validator("emergency")
    @classmethod
    def complete(cls, own: dict[HelpLine, str]) -> dict[HelpLine, str]:
        """Every number is there; the office's own before the national one."""
        return {**HELP_LINES, **own}

    @property
    def hours(self) -> str:
        """「周一至周五上午9:00至12:00，下午14:00至17:00，法定节假日休息」."""
        return as_text(self.opening)

    @property
    def reception(self) -> str:
        """The reception days in one sentence; without any, whom to ask."""
        return "；".join(map(str, self.reception_days)) or f"接待日安排请打{self.phone}问工作人员"

    def fill(self, text: str) -> str:
        """Put the office's own facts where the text says {office.…} or {body.…}; nothing else in braces is touched."""
        return PLACEHOLDER.sub(self._fact, text)

    def _fact(self, match: re.Match[str]) -> str:
        if not is_placeholder(match):
            return match[0]
        return str(getattr(self, match[2])) if match[1] == "office" else self.where(match[2])

    def where(self, channel: str) -> str:
        """The local body of a channel, or the office itself, which can tell."""
        body = self.bodies.get(channel)
        return str(body) if body else f"{self.name}，电话{self.phone}"


def load_office(path: Path) -> Office:
    """Raises pydantic.ValidationError naming the field that is missing or wrong."""
    return Office.model_validate(read_yaml(path))
