"""Entities by rule: phone, amount, date, place, name, respondent, numbers of a case; values in normal form."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Union

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from engine.extract import (
    AmountResult,
    DateResult,
    Found,
    PhoneResult,
    Problem,
    doubts,
    extract,
    fill,
    load_gazetteer,
    parse_case_number,
    parse_date,
    parse_name,
    parse_names,
    parse_phone,
    parse_query_code,
    read_amount,
)

STATED = "stated"
READINGS = "readings"
DOUBTS = "doubts"
LONGEST_BARE = 80
CORRECTION = re.compile(r"(?:改成|改为|换成|应该是|应当是|而是|是|叫|[:：])")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class RuleEntityExtractor(EntityExtractorMixin, GraphComponent):
    """Adds what `engine.extract` finds, each with its offsets and its value in normal form.

    Sets besides `entities`: `stated`, slot → value of what a story tells, and for short texts `readings`, what the
    text means as the bare
    answer to a question (`whole`) or as the new value of a correction (`tail`): nobody else has to read numbers and
    dates again. `doubts`, only where there are any: slot → the readings of which a story does not say which holds.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """office: the office profile with the local places, or empty; ZHILU_OFFICE_FILE goes before it."""
        return {"office": ""}

    def __init__(self, config: Dict[Text, Any]) -> None:
        path = config.get("office") and (os.environ.get("ZHILU_OFFICE_FILE") or config["office"])
        self._places = load_gazetteer(Path(path)) if path else None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "RuleEntityExtractor":
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        today = datetime.date.today()
        for message in messages:
            text = message.get(TEXT) or ""
            found = extract(text, today, self._places)
            message.set(ENTITIES, message.get(ENTITIES, []) + [entity(each) for each in found], add_to_output=True)
            message.set(STATED, fill(found), add_to_output=True)
            if doubtful := doubts(found):
                message.set(DOUBTS, doubtful, add_to_output=True)
            if len(text) <= LONGEST_BARE:
                message.set(READINGS, readings(text, today), add_to_output=True)
        return messages


def entity(found: Found) -> Dict[Text, Any]:
    """The entity as Rasa shows it."""
    return {
        "entity": found.entity,
        "value": found.value,
        "start": found.start,
        "end": found.end,
        "confidence_entity": 1.0,
        "extractor": "RuleEntityExtractor",
    }


def readings(text: Text, today: datetime.date) -> Dict[Text, Any]:
    """What a short text means as an answer; `tail` reads what stands after the last 「是」, 「改成」 or 「叫」."""
    read = {"whole": bare(text, today)}
    cuts = list(CORRECTION.finditer(text))
    tail = text[cuts[-1].end() :] if cuts else ""
    if tail.strip():
        read["tail"] = {**bare(tail, today), "text": tail.strip("，,。 ")}
    return read


def bare(text: Text, today: datetime.date) -> Dict[Text, Any]:
    """Each kind of value that the whole text can be; kinds it cannot be are left out."""
    when, phone, amount = parse_date(text, today), parse_phone(text), read_amount(text)
    values: Dict[Text, Any] = {
        "amount": amount.value,
        "amount_problem": problem(amount),
        "amount_choices": list(amount.choices),
        "name": parse_name(text),
        "names": parse_names(text),
        "occurred_on": when.value,
        "occurred_on_problem": problem(when),
        "occurred_on_choices": list(when.choices),
        "phone": phone.value,
        "phone_problem": problem(phone),
        "case_number": parse_case_number(text),
        "query_code": parse_query_code(text),
    }
    return {name: value for name, value in values.items() if value not in (None, [], "")}


def problem(result: Union[AmountResult, DateResult, PhoneResult]) -> Optional[Text]:
    """Why there is no value; None where nothing is wrong."""
    return None if result.problem is Problem.NONE else result.problem.value
