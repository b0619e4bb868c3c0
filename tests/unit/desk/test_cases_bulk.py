"""Several cases to one organ: shown once more, then each with an outcome of its own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cases.acts import act, allocate
from petition.stages import Act, Stage
from tests.unit.cases.acting import BUREAU, CLERK, make_report
from tests.unit.cases.factories import NOON
from tests.unit.desk import cases_stage as stage
from tests.unit.desk.factories import Desk, make_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path, now=NOON + timedelta(days=3))


def ticked(desk: Desk, *numbers: str) -> list[str]:
    return [f"{number}:{stage.case_of(desk, number).version}" for number in numbers]


async def test_nothing_goes_before_it_was_shown_once_more(desk: Desk) -> None:
    one, other = stage.filed(desk, "a"), stage.filed(desk, "b")
    browser = await desk.sign_in("clerk")
    page = await browser.post("/cases/forward", data={"case": ticked(desk, one, other), "organ": BUREAU})
    assert "下面2件转送给“县人社局”" in page.text
    assert {stage.case_of(desk, each).stage for each in (one, other)} == {Stage.REGISTERED}
    rows = {"case": ticked(desk, one, other), "organ": BUREAU, "sure": "1"}
    done = await browser.post("/cases/forward", data=rows)
    assert "转送了2件，没有转送0件" in done.text
    assert {stage.case_of(desk, each).body for each in (one, other)} == {BUREAU}


async def test_each_has_an_outcome_of_its_own(desk: Desk) -> None:
    good, gone, changed = (stage.filed(desk, key) for key in "abc")
    rows = ticked(desk, good, gone, changed)
    with desk.register.unit_of_work() as uow:
        now = desk.services.clock()
        act(uow, stage.case_of(desk, gone).id, Act.FORWARD, CLERK, details={"body": "县教育局"}, now=now)
        allocate(uow, stage.case_of(desk, changed).id, "王芳", CLERK, now=now)
    browser = await desk.sign_in("clerk")
    answer = await browser.post("/cases/forward", data={"case": [*rows, "XF-1:1"], "organ": BUREAU, "sure": "1"})
    words = stage.words_of(answer)
    assert "转送了1件，没有转送3件" in words
    assert f"{good} ✓ 已转送" in words
    assert f"{changed} ✕ 没有转送 您打开以后，别人改过" in words
    assert "XF-1 ✕ 没有转送 没有这个编号" in words
    assert [stage.case_of(desk, each).body for each in (good, gone, changed)] == [BUREAU, "县教育局", None]


async def test_a_report_does_not_go_with_the_others(desk: Desk) -> None:
    report = stage.filed(desk, "r", make_report())
    browser = await desk.sign_in("clerk")
    answer = await browser.post("/cases/forward", data={"case": ticked(desk, report), "organ": BUREAU, "sure": "1"})
    assert "没有这个编号" in answer.text
    assert stage.case_of(desk, report).stage == Stage.REGISTERED


@pytest.mark.parametrize(("data", "told"), [({"organ": BUREAU}, "没有选中"), ({"case": "XF-1:1"}, "转送给哪个单位")])
async def test_what_is_missing_is_said(desk: Desk, data: dict[str, str], told: str) -> None:
    browser = await desk.sign_in("clerk")
    answer = await browser.post("/cases/forward", data=data)
    assert answer.status_code == 422
    assert told in answer.text
