"""What must not stand in Telegram: somebody's story or personal data. It is recognised so that nothing is done with it."""

from __future__ import annotations

import re

from desk.telegram.plan import Plan
from petition.masking import mask_question

NUMBER = re.compile(r"(?<![0-9A-Za-z])[A-Za-z0-9]{2,12}-\d{8}-\d{1,7}(?!\d)")  # of a case
_LONG_DIGITS = re.compile(r"\d{6,}")
_END = re.compile(r"[。！!；;\n]+")


def case_number(text: str) -> str | None:
    """The first number of a case in a text."""
    found = NUMBER.search(text)
    return found[0] if found else None


def is_story(text: str, plan: Plan) -> bool:
    """Whether this tells of somebody: too long for a question, or with a phone, a long number, a mail address, a name that is told.

    It errs on the side of silence. A bare name of two or three characters cannot be told from a word: nothing that is asked is kept.
    """
    rest = NUMBER.sub("", text)
    sentences = [each for each in _END.split(rest) if each.strip()]
    return (
        len(rest) > plan.longest_question
        or len(sentences) > plan.sentences
        or mask_question(rest) != rest
        or _LONG_DIGITS.search(rest) is not None
        or any(word in rest for word in plan.about_somebody)
    )
