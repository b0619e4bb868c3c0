"""Finds in a citizen's words what a complaint needs: amounts, dates, names, numbers, bodies, places."""

from __future__ import annotations

from datetime import date

from engine.extract import amount, body, codes, dates, handling, people, person, phone, place
from engine.extract.amount import parse_amount, read_amount
from engine.extract.codes import parse_case_number, parse_query_code
from engine.extract.dates import parse_date
from engine.extract.folding import fold, still
from engine.extract.found import AmountResult, DateResult, Found, PhoneResult, Problem, Sentence
from engine.extract.gazetteer import Gazetteer, load_gazetteer
from engine.extract.lexicon import scan
from engine.extract.people import parse_headcount
from engine.extract.person import parse_behalf, parse_name, parse_names
from engine.extract.phone import parse_phone
from engine.extract.slots import doubts, fill

__all__ = [
    "AmountResult",
    "DateResult",
    "Found",
    "Gazetteer",
    "PhoneResult",
    "Problem",
    "doubts",
    "extract",
    "fill",
    "load_gazetteer",
    "parse_amount",
    "parse_behalf",
    "parse_case_number",
    "parse_date",
    "parse_headcount",
    "parse_name",
    "parse_names",
    "parse_phone",
    "parse_query_code",
    "read_amount",
]

# The order matters: what one finder claims (numbers, dates) the next ones leave alone.
_FINDERS = (
    codes.find,
    phone.find,
    person.find,
    dates.find,
    amount.find,
    person.find_names,
    person.find_behalf,
    people.find,
    handling.find,
)


def extract(text: str, today: date, places: Gazetteer | None = None) -> list[Found]:
    """Everything that the text states, by position; relative dates count from `today`."""
    sentence = Sentence(text, still(fold(text)), today, places)
    found: list[Found] = []
    for finder in _FINDERS:
        found += finder(sentence)
    scanned = scan(sentence)
    found += body.find(sentence, scanned)
    found += place.find(sentence, scanned)
    return sorted(found, key=lambda each: (each.start, each.entity))
