"""A client is known again without its address being kept."""

from __future__ import annotations

from zhilu.clients import ClientNames


def test_a_name_is_stable_and_says_nothing() -> None:
    names = ClientNames("secret")
    assert names.name("10.1.2.3") == ClientNames("secret").name("10.1.2.3")
    assert names.name("10.1.2.3") != names.name("10.1.2.4")
    assert names.name("10.1.2.3") != ClientNames("another").name("10.1.2.3")
    assert "10.1" not in names.name("10.1.2.3")


def test_a_household_is_one_client() -> None:
    names = ClientNames("secret")
    assert names.name("2001:db8:1:2::1") == names.name("2001:db8:1:2:ffff::9")
    assert names.name("2001:db8:1:2::1") != names.name("2001:db8:1:3::1")
    assert names.name("::ffff:10.1.2.3") == names.name("10.1.2.3")
    assert names.name("") == names.name("")
