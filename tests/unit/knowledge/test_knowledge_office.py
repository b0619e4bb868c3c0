"""The profile of an office, and how its facts get into a text."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from knowledge.office import load_office
from petition.matters import Channel
from tests.unit.knowledge.factories import REPOSITORY, office


def test_facts_are_filled_in() -> None:
    text = "{office.name}，{office.address}，{office.hours}，{office.phone}，{office.online}"
    assert (
        office().fill(text)
        == "清河区信访局，为民路1号，周一至周五上午9:00至12:00，法定节假日休息，0000-12345678，微信公众号"
    )


def test_the_local_body_of_a_channel() -> None:
    assert office().fill("去{body.mediation}") == "去调解委员会，为民路5号，电话0000-1"


def test_the_office_itself_where_it_names_no_body() -> None:
    assert office().fill("问{body.legal-aid}") == "问清河区信访局，电话0000-12345678"


@pytest.mark.parametrize("text", ["{office.id}", "{office.model_config}", "{body.nobody}", "{other}", "{0}", "{"])
def test_nothing_else_in_braces_is_touched(text: str) -> None:
    assert office().fill(text) == text


def test_a_fact_with_braces_is_not_filled_again() -> None:
    assert office(name="{office.phone}").fill("{office.name}") == "{office.phone}"


def test_a_profile_with_a_missing_or_unknown_field_names_it(tmp_path: Path) -> None:
    path = tmp_path / "office.yml"
    path.write_text("id: QH\nname: 信访局\naddress: 路\nopening: []\nonline: 网\nfax: 1\n", encoding="utf-8")
    with pytest.raises(ValidationError) as caught:
        load_office(path)
    assert {each["loc"][0] for each in caught.value.errors()} == {"phone", "fax"}


def test_the_sample_says_that_it_is_one_and_knows_its_channels() -> None:
    sample = load_office(REPOSITORY / "data" / "office" / "sample.yml")
    assert sample.sample
    assert set(sample.bodies) <= set(map(str, Channel))


def test_help_lines_are_the_national_ones_unless_the_office_has_its_own() -> None:
    assert office().emergency == {"police": "110", "ambulance": "120", "fire": "119", "mental-health": "12356"}
    own = office(emergency={"mental-health": "0000-96525"}).emergency
    assert (own["mental-health"], own["police"]) == ("0000-96525", "110")
    with pytest.raises(ValidationError):
        office(emergency={"plumber": "1"})
