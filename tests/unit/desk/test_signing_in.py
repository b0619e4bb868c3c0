"""Signing in, staying and leaving, and what an account needs before anything else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from cases.policy import StaffRole
from cases.staff import accounts, second_factor, signing
from tests.unit.desk.factories import NOW, PASSWORD, Desk, make_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


async def test_a_page_asks_who_it_is_and_then_goes_on(desk: Desk) -> None:
    account = desk.account("admin")
    browser = desk.browser()
    asked = await browser.get("/accounts?x=1&y=2")
    assert asked.status_code == 303
    form = (await browser.get(asked.headers["location"])).text
    assert 'name="to" value="/accounts?x=1&amp;y=2"' in form
    entered = await browser.post("/login", data={"login": account.login, "password": PASSWORD, "to": "/accounts"})
    assert entered.headers["location"] == "/accounts"
    assert account.name in (await browser.get("/accounts")).text


@pytest.mark.parametrize(("login", "password"), [("admin", "wrong"), ("nobody", PASSWORD), ("", "")])
async def test_what_is_wrong_is_not_told(desk: Desk, login: str, password: str) -> None:
    desk.account("admin", login="admin")
    answer = await desk.browser().post("/login", data={"login": login, "password": password})
    assert answer.status_code == 401
    assert "账号、密码或者六位数字不对" in answer.text


async def test_after_five_tries_it_is_locked_for_the_right_one_too(desk: Desk) -> None:
    account = desk.account("admin")
    browser = desk.browser()
    for _ in range(5):
        await browser.post("/login", data={"login": account.login, "password": "guess"})
    locked = await browser.post("/login", data={"login": account.login, "password": PASSWORD})
    assert locked.status_code == 429
    assert "15分钟" in locked.text


async def test_an_address_elsewhere_is_not_gone_to(desk: Desk) -> None:
    account = desk.account("admin")
    for to in ("https://evil.test/", "//evil.test", "/\\evil.test"):
        answer = await desk.browser().post("/login", data={"login": account.login, "password": PASSWORD, "to": to})
        assert answer.headers["location"] == "/"


async def test_the_first_password_has_to_be_changed(desk: Desk) -> None:
    with desk.register.unit_of_work() as uow:
        password = accounts.make_first(uow, now=NOW)
        assert accounts.make_first(uow, now=NOW) is None
    assert password is not None
    browser = desk.browser()
    await browser.post("/login", data={"login": "admin", "password": password})
    assert (await browser.get("/accounts")).headers["location"] == "/account/password"


async def test_a_form_without_its_word_is_refused(desk: Desk) -> None:
    browser = await desk.sign_in("admin")
    del browser.headers["X-CSRF"]
    refused = await browser.post("/accounts", data={"login": "new", "name": "新来的", "roles": "clerk"})
    assert refused.status_code == 403
    assert "new" not in (await browser.get("/accounts")).text.split("<tbody>")[1].split("</tbody>")[0]


async def test_a_form_from_another_site_is_refused(desk: Desk) -> None:
    browser = await desk.sign_in("admin")
    answer = await browser.post("/logout", headers={"Origin": "https://evil.test"})
    assert answer.status_code == 403


async def test_leaving_ends_it_on_the_server(desk: Desk) -> None:
    browser = await desk.sign_in("admin")
    token = browser.cookies["zhilu_desk"]
    assert (await browser.post("/logout")).status_code == 303
    browser.cookies.set("zhilu_desk", token)
    assert (await browser.get("/account")).status_code == 303


def test_half_an_hour_of_nothing_ends_it(desk: Desk) -> None:
    account = desk.account("clerk")
    with desk.register.unit_of_work() as uow:
        token, _ = signing.sign_in(uow, account.login, PASSWORD, client="c", now=NOW)
        assert signing.session_of(uow, token, NOW + timedelta(minutes=29)) is not None
        assert signing.session_of(uow, token, NOW + timedelta(minutes=58)) is not None, "being there keeps it alive"
        looked = signing.session_of(uow, token, NOW + timedelta(minutes=87), renews=False)
        assert looked is not None, "a page may ask by itself, and nobody stays signed in by that"
        assert signing.session_of(uow, token, NOW + timedelta(minutes=89)) is None
        assert signing.forget(uow, NOW + timedelta(minutes=89)) == 1


def test_a_working_day_is_the_longest(desk: Desk) -> None:
    account = desk.account("clerk")
    with desk.register.unit_of_work() as uow:
        token, _ = signing.sign_in(uow, account.login, PASSWORD, client="c", now=NOW)
        at = NOW
        while signing.session_of(uow, token, at) is not None:
            at += timedelta(minutes=20)
    assert timedelta(hours=9, minutes=30) < at - NOW <= timedelta(hours=10, minutes=20)


def test_the_six_digits_are_asked_for_and_used_once(desk: Desk) -> None:
    account, secret = desk.account("clerk"), second_factor.new_secret()
    digits = pyotp.TOTP(secret).at(int(NOW.timestamp()))
    later = NOW + timedelta(seconds=60)
    next_digits = pyotp.TOTP(secret).at(int(later.timestamp()))
    with desk.register.unit_of_work() as uow:
        with pytest.raises(accounts.AccountFault):
            second_factor.set_up(uow, account.id, secret, "000000" if digits != "000000" else "1", now=NOW)
        second_factor.set_up(uow, account.id, secret, digits, now=NOW)
        with pytest.raises(signing.DigitsWanted):
            signing.sign_in(uow, account.login, PASSWORD, client="c", now=later)
        with pytest.raises(signing.WrongSignIn):
            signing.sign_in(uow, account.login, PASSWORD, digits, client="c", now=NOW)
        signing.sign_in(uow, account.login, PASSWORD, next_digits, client="c", now=later)
        with pytest.raises(signing.WrongSignIn):
            signing.sign_in(uow, account.login, PASSWORD, next_digits, client="c", now=later)


async def test_an_office_may_want_the_digits_of_everybody(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, desk_second_factor=True)
    browser = await desk.sign_in("admin")
    assert (await browser.get("/accounts")).headers["location"] == "/account/second-factor"


async def test_a_locked_account_is_out_at_once(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    clerk = await desk.sign_in("clerk")
    with desk.register.unit_of_work() as uow:
        (found,) = [each for each in accounts.all_accounts(uow) if StaffRole.CLERK in each.roles]
    assert (await admin.post(f"/accounts/{found.id}/disable")).status_code == 200
    assert (await clerk.get("/account")).status_code == 303


async def test_the_last_administrator_stays(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    with desk.register.unit_of_work() as uow:
        (found,) = accounts.all_accounts(uow)
    answer = await admin.post(f"/accounts/{found.id}/roles", data={"roles": "clerk"})
    assert answer.status_code == 422
    assert "最后一个管理员" in answer.text


async def test_a_new_account_is_told_its_password_once(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    made = await admin.post("/accounts", data={"login": "wang", "name": "王芳", "roles": ["clerk", "head"]})
    password = made.text.split('class="password">')[1].split("<")[0]
    assert password not in (await admin.get("/accounts")).text
    entered = await desk.browser().post("/login", data={"login": "wang", "password": password})
    assert entered.status_code == 303


async def test_no_secret_is_readable_in_the_register(desk: Desk, tmp_path: Path) -> None:
    browser = await desk.sign_in("clerk")
    raw = b"".join(each.read_bytes() for each in tmp_path.glob("register.db*"))
    assert PASSWORD.encode() not in raw
    assert browser.cookies["zhilu_desk"].encode() not in raw
