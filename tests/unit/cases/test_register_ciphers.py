"""What is sealed comes back whole, for its key and its place only."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.ciphers import CROCKFORD, Ciphers, WrongKey, normal_code
from tests.unit.cases.factories import KEY

ciphers = Ciphers(KEY)
code_texts = st.text(CROCKFORD, min_size=12, max_size=12)


@given(text=st.text(st.characters(exclude_categories=())), place=st.text(min_size=1))
def test_what_is_sealed_opens_again(text: str, place: str) -> None:
    assert ciphers.open(ciphers.seal(text, place), place) == text


@given(text=st.text(), flipped=st.integers(min_value=0))
def test_a_changed_bit_is_noticed(text: str, flipped: int) -> None:
    sealed = bytearray(ciphers.seal(text, "place"))
    sealed[flipped % len(sealed)] ^= 1 << flipped % 8
    with pytest.raises(WrongKey):
        ciphers.open(bytes(sealed), "place")


def test_a_sealed_text_cannot_be_moved_to_another_row() -> None:
    with pytest.raises(WrongKey, match="changed or moved"):
        ciphers.open(ciphers.seal("河边村", "parties.address:1"), "parties.address:2")


def test_another_key_opens_nothing_and_shares_no_index() -> None:
    other = Ciphers("another key")
    with pytest.raises(WrongKey, match="not with"):
        other.open(ciphers.seal("河边村", "place"), "place")
    assert other.name_index("马小云") != ciphers.name_index("马小云")
    assert other.query_code("filing") != ciphers.query_code("filing")


def test_the_same_text_is_sealed_differently_every_time() -> None:
    assert ciphers.seal("河边村", "place") != ciphers.seal("河边村", "place")


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Ciphers("")


@pytest.mark.parametrize(
    "written", ["139 0000 0001", "139-0000-0001", "+86 13900000001", "008613900000001", "１３９０００００００１"]
)
def test_a_phone_is_found_however_it_is_written(written: str) -> None:
    assert ciphers.phone_index(written) == ciphers.phone_index("13900000001")
    assert ciphers.phone_index(written) != ciphers.phone_index("13900000002")


def test_a_name_is_found_however_it_is_written() -> None:
    assert ciphers.name_index(" Ａli  Ma ") == ciphers.name_index("ALIMA")
    assert ciphers.name_index("13900000001") != ciphers.phone_index("13900000001")


def test_a_query_code_has_three_groups_and_belongs_to_its_filing() -> None:
    codes = {ciphers.query_code(f"filing-{number}") for number in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    assert ciphers.query_code("filing-7") == ciphers.query_code("filing-7")


@given(code=code_texts, separator=st.sampled_from(["", "-", " ", "－"]))
def test_a_code_is_read_as_people_type_it(code: str, separator: str) -> None:
    typed = separator.join((code[:4], code[4:8], code[8:])).lower().replace("0", "o").replace("1", "l")
    assert normal_code(typed) == code


@given(code=code_texts, other=code_texts)
def test_only_the_right_code_matches_what_is_kept_of_it(code: str, other: str) -> None:
    kept = ciphers.code_digest(code)
    assert ciphers.is_code(code, kept)
    assert ciphers.is_code(other, kept) is (other == code)
    assert not ciphers.is_code(code, None)
    assert Ciphers(KEY + "!").code_digest(code) != kept
