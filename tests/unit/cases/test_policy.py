"""The tables of who may do what: complete, and nobody without a part of the regulation."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.house_rules import HouseRules, load_house_rules
from cases.policy import PARTS, PERMISSIONS, Compartment, StaffRole, may_do
from petition.lifecycle import LIFECYCLE
from petition.stages import Act, Role, Step

STAFF_STEPS = [step for step in LIFECYCLE if step.role is not Role.PETITIONER]
SHIPPED = Path(__file__).parents[3] / "data" / "handling.yml"


@pytest.mark.parametrize("step", STAFF_STEPS, ids=lambda step: f"{step.act}-{step.role}")
def test_every_act_of_the_law_has_somebody_who_may_do_it(step: Step) -> None:
    assert PERMISSIONS[step.act] & PARTS[step.role]


@pytest.mark.parametrize("step", STAFF_STEPS, ids=lambda step: f"{step.act}-{step.role}")
def test_who_looks_after_the_machine_the_log_or_the_answers_does_nothing(step: Step) -> None:
    others = frozenset({StaffRole.AUDITOR, StaffRole.ADMIN, StaffRole.AUTHOR, StaffRole.APPROVER})
    assert not any(may_do(others, step.act, step.role, compartment) for compartment in Compartment)


def test_with_a_report_only_discipline_acts() -> None:
    everybody_else = frozenset(StaffRole) - {StaffRole.DISCIPLINE}
    for step in STAFF_STEPS:
        assert not may_do(everybody_else, step.act, step.role, Compartment.DISCIPLINE)
    assert may_do(frozenset({StaffRole.DISCIPLINE}), Act.FORWARD, Role.OFFICE, Compartment.DISCIPLINE)


def test_discipline_has_no_part_in_a_claim() -> None:
    only = frozenset({StaffRole.DISCIPLINE})
    assert not any(may_do(only, step.act, step.role, Compartment.GENERAL) for step in STAFF_STEPS)


@pytest.mark.parametrize("role", list(StaffRole))
def test_every_role_has_a_name_in_chinese(role: StaffRole) -> None:
    assert role.label != role.value


def test_the_shipped_rules_of_the_house_are_the_usual_ones() -> None:
    assert load_house_rules(SHIPPED) == HouseRules()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("remind_every_days: 0", "remind_every_days"),
        ("remind_every_days: often", "remind_every_days"),
        ("due_soon_days: true", "due_soon_days"),
        ("warn_before_right_days: [7, -1]", "warn_before_right_days"),
        ("remind_evry_days: 3", "remind_evry_days"),
    ],
)
def test_a_wrong_rule_is_named(tmp_path: Path, text: str, wrong: str) -> None:
    (tmp_path / "handling.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=wrong):
        load_house_rules(tmp_path / "handling.yml")


def test_what_a_house_does_not_say_stays_as_usual(tmp_path: Path) -> None:
    (tmp_path / "handling.yml").write_text("remind_every_days: 3\nwarn_before_right_days: [5]", encoding="utf-8")
    rules = load_house_rules(tmp_path / "handling.yml")
    assert (rules.remind_every_days, rules.warn_before_right_days, rules.due_soon_days) == (3, (5,), 5)
