"""What was asked and not answered (未答问题), kept masked for whoever looks after the answers, and only for a while."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from cases.database import Register, UnitOfWork
from cases.models import ReviewQuestion, new_id
from petition.masking import mask_question

logger = logging.getLogger(__name__)
PLACE = "review_questions.text"
LONGEST = 300
FOLDED_AWAY = str.maketrans("", "", " \t\n，,。.！!？?；;：:、…~“”\"'")


class ReviewKind(StrEnum):
    """Why a question is kept: no answer, a choice that nobody took, an answer that was not what was meant."""

    UNKNOWN = "unknown"
    NOT_TAKEN = "not-taken"
    REJECTED = "rejected"


class ReviewState(StrEnum):
    """Whether somebody has looked at it."""

    NEW = "new"
    DONE = "done"


@dataclass(frozen=True)
class Question:
    """A kept question; `topics`: the first topics with their scores; `times`: how often it was asked in the same words."""

    id: str
    asked_on: date
    kind: ReviewKind
    text: str
    topics: tuple[tuple[str, float], ...]
    surface: str
    times: int
    state: ReviewState


def note(
    uow: UnitOfWork, kind: ReviewKind, text: str, topics: Sequence[tuple[str, float]], *, surface: str, today: date
) -> None:
    """Keep a question, its text masked; one that was asked before in the same words is counted."""
    masked = mask_question(text)[:LONGEST]
    key = uow.ciphers.index("question", f"{kind}\0{masked.translate(FOLDED_AWAY).casefold()}")
    top = json.dumps([[topic, round(score, 3)] for topic, score in topics[:3]])

    def step() -> None:
        again = update(ReviewQuestion).where(ReviewQuestion.key == key)
        values = {"times": ReviewQuestion.times + 1, "asked_on": today, "topics": top, "state": ReviewState.NEW}
        if uow.session.scalar(again.values(values).returning(ReviewQuestion.id)) is None:
            row = new_id()
            sealed = uow.ciphers.seal(masked, f"{PLACE}:{row}")
            uow.session.add(
                ReviewQuestion(
                    id=row, key=key, asked_on=today, kind=kind, text_sealed=sealed, topics=top, surface=surface, times=1,
                    state=ReviewState.NEW,
                )
            )  # fmt: skip

    uow.write(step)


def questions(uow: UnitOfWork, *, state: ReviewState | None = ReviewState.NEW) -> list[Question]:
    """The kept questions, the most frequent first, the latest of these first; `state` None for all."""
    rows = select(ReviewQuestion).order_by(
        ReviewQuestion.times.desc(), ReviewQuestion.asked_on.desc(), ReviewQuestion.id
    )
    if state is not None:
        rows = rows.where(ReviewQuestion.state == state)
    found = [_question(uow, row) for row in uow.session.scalars(rows)]
    uow.rollback()
    return found


def done(uow: UnitOfWork, ids: Iterable[str]) -> None:
    """Somebody has looked at these."""
    seen = update(ReviewQuestion).where(ReviewQuestion.id.in_(list(ids))).values(state=ReviewState.DONE)
    uow.write(lambda: uow.session.execute(seen))


def forget(uow: UnitOfWork, *, before: date) -> int:
    """Delete what was last asked before this day; how many that were."""
    old = delete(ReviewQuestion).where(ReviewQuestion.asked_on < before).returning(ReviewQuestion.id)
    return uow.write(lambda: len(uow.session.scalars(old).all()))


def _question(uow: UnitOfWork, row: ReviewQuestion) -> Question:
    return Question(
        row.id,
        row.asked_on,
        ReviewKind(row.kind),
        uow.ciphers.open(row.text_sealed, f"{PLACE}:{row.id}"),
        tuple((topic, float(score)) for topic, score in json.loads(row.topics)),
        row.surface,
        row.times,
        ReviewState(row.state),
    )


@dataclass(frozen=True)
class ReviewBook:
    """Notes questions as well as it can: a fault of the register never spoils an answer."""

    register: Register
    now: Callable[[], datetime]

    def note(
        self, kind: ReviewKind, text: str, topics: Sequence[tuple[str, float]] = (), *, surface: str = "web"
    ) -> None:
        """Keep a question; nothing happens for an empty one."""
        if not text.strip():
            return
        try:
            with self.register.unit_of_work() as uow:
                note(uow, kind, text, topics, surface=surface, today=self.now().date())
        except SQLAlchemyError as error:
            logger.warning("a question could not be kept: %s", type(error).__name__)

    def forget_old(self, days: int) -> int:
        """Delete what is older than so many days; 0 also where the register cannot be reached."""
        try:
            with self.register.unit_of_work() as uow:
                return forget(uow, before=self.now().date() - timedelta(days=days))
        except SQLAlchemyError as error:
            logger.warning("old questions could not be deleted: %s", type(error).__name__)
            return 0
