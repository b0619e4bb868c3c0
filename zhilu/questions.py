"""`zhilu questions`: what was asked and not answered, for whoever looks after the answers."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TextIO

from cases.database import Register, create_register
from cases.review import Question, ReviewState, done, forget, questions
from zhilu.settings import Settings

COLUMNS = ("asked_on", "times", "kind", "text", "topics", "surface", "state", "id")


def run_list(settings: Settings, arguments: argparse.Namespace) -> int:
    """A line a question, the most frequent first."""
    found = kept(settings, everything=arguments.all)
    for each in found[: arguments.most]:
        print(f"{each.asked_on}  {each.times:>3}×  {each.kind:<9}  {each.text}  → {topics(each) or '-'}")
    print(f"{len(found)} questions" + ("" if arguments.all else " nobody has looked at"))
    return 0


def run_export(settings: Settings, arguments: argparse.Namespace) -> int:
    """CSV on the standard output, or into a file; with --done these count as looked at."""
    register = open_register(settings)
    try:
        found = read(register, settings, everything=arguments.all)
        if arguments.out:
            with arguments.out.open(
                "w", encoding="utf-8-sig", newline=""
            ) as file:  # a spreadsheet reads Chinese by its mark
                write(found, file)
        else:
            write(found, sys.stdout)
        if arguments.done:
            with register.unit_of_work() as uow:
                done(uow, [each.id for each in found])
    finally:
        register.close()
    return 0


def kept(settings: Settings, *, everything: bool) -> list[Question]:
    register = open_register(settings)
    try:
        return read(register, settings, everything=everything)
    finally:
        register.close()


def open_register(settings: Settings) -> Register:
    return create_register(settings.register_url, settings.secret("register_key"))


def read(register: Register, settings: Settings, *, everything: bool) -> list[Question]:
    """What is still to be kept: older ones are deleted first."""
    with register.unit_of_work() as uow:
        forget(uow, before=datetime.now(UTC).date() - timedelta(days=settings.question_days))
        return questions(uow, state=None if everything else ReviewState.NEW)


def write(found: Iterable[Question], file: TextIO) -> None:
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for each in found:
        row = (
            each.asked_on,
            each.times,
            each.kind,
            harmless(each.text),
            topics(each),
            each.surface,
            each.state,
            each.id,
        )
        table.writerow(row)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def topics(question: Question) -> str:
    return " ".join(f"{topic}:{score:.2f}" for topic, score in question.topics)
