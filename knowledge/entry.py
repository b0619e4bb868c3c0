"""The form of one entry of the knowledge base (知识条目)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from petition.citation import chinese_number

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
TopicId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$")]
Kebab = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Audience(StrEnum):
    """Who asks this."""

    CITIZEN = "citizen"
    STAFF = "staff"


class Unit(StrEnum):
    """The unit of a deadline; `day` counts calendar days (日), `working-day` 工作日."""

    DAY = "day"
    WORKING_DAY = "working-day"
    MONTH = "month"
    YEAR = "year"


class Form(BaseModel):
    """Strict: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Citation(Form):
    """依据: law, article, and the date on which the text was checked."""

    law: Kebab
    title: Text
    article: Annotated[int, Field(ge=1)]
    clause: str = ""
    effective_from: date
    checked_on: date

    def __str__(self) -> str:
        return f"《{self.title}》第{chinese_number(self.article)}条{self.clause}"


class Deadline(Form):
    """A period of the law as data; `law` only where it is not the law of the entry's first citation."""

    act: Kebab
    length: Annotated[int, Field(ge=1)]
    unit: Unit
    start: Annotated[Kebab, Field(alias="from")]
    article: Annotated[int, Field(ge=1)]
    law: str = ""


class Entry(Form):
    """One answer with its law; the first sentence of `answer` is the result.

    As written, the texts name deadlines by `{deadline.act}` (knowledge/periods.py); as loaded, they say them. `coincides`: periods that have the
    number of a deadline and are none, such as years of service.
    """

    id: TopicId
    title: Text
    audience: Annotated[list[Audience], Field(min_length=1)]
    channel: Kebab
    answer: Text
    details: list[Text] = []
    deadlines: list[Deadline] = []
    coincides: list[Text] = []
    cost: str = ""
    where: str = ""
    materials: list[Text] = []
    if_refused: str = ""
    unverified: bool = False
    citations: list[Citation] = []
    related: list[TopicId] = []
    phrasings: Annotated[list[Text], Field(min_length=1)]

    def fields(self) -> Iterator[tuple[str, str]]:
        """(field, text) of every piece of the answer that a citizen reads, in order."""
        yield "answer", self.answer
        yield from ((f"details.{number}", each) for number, each in enumerate(self.details))
        yield "where", self.where
        yield "cost", self.cost
        yield from ((f"materials.{number}", each) for number, each in enumerate(self.materials))
        yield "if_refused", self.if_refused

    def texts(self) -> Iterator[str]:
        """Every piece of the answer that a citizen reads, in order."""
        return (text for _, text in self.fields() if text)

    def with_texts(self, change: Callable[[str], str]) -> Entry:
        """The entry with every text of fields() changed."""
        return self.model_copy(
            update={
                **{name: change(getattr(self, name)) for name in ("answer", "where", "cost", "if_refused")},
                **{name: [change(each) for each in getattr(self, name)] for name in ("details", "materials")},
            }
        )

    def law_of(self, deadline: Deadline) -> str:
        """The law that a deadline stands in."""
        return deadline.law or (self.citations[0].law if self.citations else "")
