"""A whole conversation, inside the forms and out of them: no message is met with silence."""

from __future__ import annotations

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.services import Services
from tests.unit.actions.factories import DATA, Visit, message
from tests.unit.actions.test_any_sequence import ANSWERS, ASKED_TO_CHANGE, ASKED_TO_FORGET, BUTTONS


def rules() -> dict[str, str]:
    """Which action each intent leads to outside a form, as data/rules has it."""
    read = [
        yaml.safe_load(file.read_text(encoding="utf-8"))["rules"] for file in sorted((DATA / "rules").glob("*.yml"))
    ]
    plain = [rule["steps"] for each in read for rule in each if "condition" not in rule]
    return {steps[0]["intent"]: steps[1]["action"] for steps in plain}


RULES = rules()
MOST_ACTIONS = 5


class Talk(Visit):
    """A whole conversation: what Rasa's rules and forms make of the actions."""

    form: str | None = None

    def say(self, text: str) -> list[str]:
        """One message; every text that comes back."""
        said: list[str] = []
        action: str | None = self.form or RULES[str(message(text)["intent"]["name"])]
        for _ in range(MOST_ACTIONS):
            self.form = action if action and action.endswith("_form") else self.form
            said += [
                each.text for each in self.call(f"validate_{action}" if action == self.form else str(action), text)
            ]
            if self.form and not self.slots.get("requested_slot") and action == self.form:
                self.form = None
            action = self.follow_up
            if action is None:
                return said
        raise AssertionError(f"the actions call each other without end: {action}")


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(st.sampled_from((*ANSWERS, *BUTTONS, *ASKED_TO_CHANGE, *ASKED_TO_FORGET)), min_size=1, max_size=14)
)
def test_no_conversation_falls_silent_inside_a_form_or_out_of_it(services: Services, texts: list[str]) -> None:
    talk = Talk(services)
    for text in texts:
        said = talk.say(text)
        assert said, f"silence after {text}"
        assert all(each.strip() for each in said)
