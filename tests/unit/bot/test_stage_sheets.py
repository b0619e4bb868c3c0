"""What happens at a stage, as it is told on the roads of phones, kiosk and the page without a server."""

from __future__ import annotations

from datetime import date

from bot.stage_sheets import REGISTERED, general_road, sheet_of
from petition.roadmap import RoadmapStage, State
from petition.stages import Stage, Track

DAY = date(2026, 11, 21)


def test_nobody_comes_to_the_first_stage_by_being_sent_back() -> None:
    for track in Track:
        assert sheet_of(RoadmapStage(Stage.REGISTERED, State.NEXT), track).happens == REGISTERED


def test_a_stage_is_told_as_it_is_reached_on_this_road() -> None:
    _, sheets = general_road(DAY)
    told = {each.id: each.happens for each in sheets}
    assert told["registered"] == REGISTERED
    assert "引导" not in told["concluded"]
    assert "信访程序到此结束" in told["concluded"]
    assert all(told.values())
