"""Every transition: the regulation written down once more, article by article, against what the engine allows and refuses."""

from __future__ import annotations

from itertools import product

import pytest

from petition.errors import NotAllowed, NotComplete
from petition.lifecycle import check_details, missing_details
from petition.stages import Act, Ground, Outcome, Role, Stage, Track, find_step

OPINION, ALL = ("opinion",), ("opinion", "other", "suggestion", "report")
CLAIM = ("opinion", "other")
SENT, TAKEN = ("forwarded", "assigned"), ("accepted", "handling", "extended")
OPEN = ("registered", *SENT, *TAKEN)
LATER = ("replied", "reviewing", "reviewed", "rechecking", "rechecked", "concluded")

# who, act, from, to ("" = stays), which petitions
BY_ARTICLE = {
    "22": [
        ("office", "forward", ("registered",), "forwarded", ALL), ("office", "assign", ("registered",), "assigned", ALL),
        ("office", "guide", ("registered",), "guided", ("other",)),
    ],
    "23": [
        ("organ", "forward", ("registered",), "forwarded", ALL), ("organ", "assign", ("registered",), "assigned", ALL),
        ("organ", "accept", ("registered", *SENT), "accepted", ALL), ("organ", "decline", ("registered", *SENT), "declined", ALL),
        ("organ", "object", SENT, "registered", ALL),
    ],
    "19, 36: neither twice nor after a recheck": [("office", "decline", ("registered",), "declined", ALL)],
    "24": [
        ("office", "propose-body", ("registered", *SENT), "", ALL), ("organ", "propose-body", ("registered", *SENT), "", ALL),
        ("office", "determine-body", ("registered", *SENT), "", ALL),
    ],
    "29 to 31": [
        ("office", "classify", ("registered", *SENT), "", ALL), ("organ", "classify", OPEN, "", ALL),
        ("organ", "handle", ("accepted",), "handling", ALL), ("organ", "guide", OPEN, "guided", ("other",)),
        ("organ", "reply", ("handling", "extended"), "replied", ALL),
        ("organ", "hold-hearing", ("handling", "extended"), "", OPINION),
    ],
    "33": [("organ", "refer-mediation", TAKEN, "", CLAIM), ("organ", "record-mediation", TAKEN, "", CLAIM)],
    "34": [("organ", "extend", ("handling",), "extended", OPINION)],
    "35": [
        ("petitioner", "request-review", ("replied",), "reviewing", OPINION), ("reviewer", "review", ("reviewing",), "reviewed", OPINION),
        ("organ", "deliver", ("replied",), "", OPINION),
    ],
    "36": [
        ("petitioner", "request-recheck", ("reviewed",), "rechecking", OPINION),
        ("rechecker", "recheck", ("rechecking",), "rechecked", OPINION), ("rechecker", "hold-hearing", ("rechecking",), "", OPINION),
        ("reviewer", "deliver", ("reviewed",), "", OPINION),
    ],
    "the end": [
        ("office", "conclude", ("guided", "declined", "replied"), "concluded", ALL),
        ("office", "conclude", ("reviewed", "rechecked"), "concluded", OPINION),
    ],
    "the petitioner": [
        ("petitioner", "withdraw", (*OPEN, "guided", "declined"), "withdrawn", ALL),
        ("petitioner", "supplement", (*OPEN, "reviewing", "rechecking"), "", ALL),
        ("petitioner", "remind", (*OPEN, "reviewing", "rechecking"), "", ALL),
        ("petitioner", "rate", (*SENT, *TAKEN, "guided", "declined", *LATER), "", ALL),
        ("petitioner", "unsolved", ("replied", "reviewed", "rechecked", "concluded"), "", ALL),
    ],
    "40, and repeats": [
        ("office", "supervise", (*SENT, *TAKEN, "guided", "declined", *LATER), "", ALL),
        ("office", "merge", OPEN, "", ALL), ("office", "unmerge", OPEN, "", ALL),
    ],
}  # fmt: skip
EXPECTED = {
    (stage, act, who, track): to or stage
    for rows in BY_ARTICLE.values()
    for who, act, stages, to, tracks in rows
    for stage, track in product(stages, tracks)
}


def reached(stage: Stage, act: Act, role: Role, track: Track) -> str | None:
    try:
        return str(find_step(stage, act, role, track).to or stage)
    except NotAllowed:
        return None


@pytest.mark.parametrize("stage", Stage)
def test_what_the_articles_allow_is_allowed_and_nothing_else(stage: Stage) -> None:
    found = {
        (str(stage), str(act), str(role), str(track)): to
        for act, role, track in product(Act, Role, Track)
        if (to := reached(stage, act, role, track))
    }
    assert found == {key: to for key, to in EXPECTED.items() if key[0] == stage}


def test_a_second_person_looks_at_what_ends_or_prolongs_or_sends_back() -> None:
    asked = {
        act
        for stage, act, role, track in product(Stage, Act, Role, Track)
        if reached(stage, act, role, track) and find_step(stage, act, role, track).approval
    }
    assert asked == {Act.DECLINE, Act.CONCLUDE, Act.EXTEND, Act.OBJECT}


REGISTERED, FORWARDED = Stage.REGISTERED, Stage.FORWARDED


@pytest.mark.parametrize(
    ("stage", "role", "ground", "body", "missing"),
    [
        (REGISTERED, Role.ORGAN, Ground.NOT_IN_REMIT, "县人社局", ()),
        (REGISTERED, Role.ORGAN, Ground.NOT_IN_REMIT, "", ("competent_body",)),
        (FORWARDED, Role.ORGAN, Ground.ALREADY_HANDLED, "县人社局", ()),
        (REGISTERED, Role.OFFICE, Ground.AFTER_RECHECK, "", ()),
        (REGISTERED, Role.OFFICE, "", "县人社局", ("ground",)),
    ],
)
def test_declining_names_its_ground_and_the_right_organ(
    stage: Stage, role: Role, ground: str, body: str, missing: tuple[str, ...]
) -> None:
    step = find_step(stage, Act.DECLINE, role)
    details = {"ground": str(ground), "competent_body": body}
    assert missing_details(step, details) == missing
    if missing:
        with pytest.raises(NotComplete) as lacking:
            check_details(step, details)
        assert lacking.value.details["slots"] == missing
    else:
        check_details(step, details)


@pytest.mark.parametrize(
    ("stage", "role", "ground"),
    [
        (FORWARDED, Role.ORGAN, Ground.NOT_IN_REMIT),  # goes back by an objection (art. 23)
        (REGISTERED, Role.OFFICE, Ground.NOT_IN_REMIT),  # the office forwards (art. 22)
        (REGISTERED, Role.ORGAN, "troublesome"),
    ],
)
def test_no_other_ground_declines(stage: Stage, role: Role, ground: str) -> None:
    with pytest.raises(NotAllowed):
        check_details(find_step(stage, Act.DECLINE, role), {"ground": str(ground), "competent_body": "县人社局"})


def test_an_opinion_says_one_of_three_things() -> None:
    step = find_step(Stage.HANDLING, Act.REPLY, Role.ORGAN, Track.OPINION)
    for outcome in Outcome:
        check_details(step, {"outcome": outcome})
    with pytest.raises(NotAllowed):
        check_details(step, {"outcome": "maybe"})
    with pytest.raises(NotComplete):
        check_details(step, {})
    check_details(find_step(Stage.HANDLING, Act.REPLY, Role.ORGAN, Track.SUGGESTION), {})


@pytest.mark.parametrize(
    ("act", "stage", "needs"),
    [
        (Act.FORWARD, REGISTERED, ("body",)),
        (Act.GUIDE, REGISTERED, ("channel",)),
        (Act.SUPERVISE, Stage.HANDLING, ("reason",)),
    ],
)
def test_what_the_office_has_to_write_down(act: Act, stage: Stage, needs: tuple[str, ...]) -> None:
    assert missing_details(find_step(stage, act, Role.OFFICE, Track.OTHER), {}) == needs


def test_suggestions_and_reports_are_told_in_their_own_words() -> None:
    def told(stage: Stage, act: Act, track: Track, role: Role = Role.ORGAN) -> str:
        return find_step(stage, act, role, track).told

    assert "研究论证" in told(Stage.ACCEPTED, Act.HANDLE, Track.SUGGESTION)
    assert "依规依纪依法" in told(FORWARDED, Act.ACCEPT, Track.REPORT)
    assert "不会转给被检举、控告的" in told(REGISTERED, Act.FORWARD, Track.REPORT, Role.OFFICE)
    for track in (Track.OTHER, Track.SUGGESTION, Track.REPORT):
        assert "60日" not in told(FORWARDED, Act.ACCEPT, track) + told(Stage.ACCEPTED, Act.HANDLE, track)
    assert "60日" in told(FORWARDED, Act.ACCEPT, Track.OPINION)
