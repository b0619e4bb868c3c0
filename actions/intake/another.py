"""A new problem in the middle of a form: first the one, first the other, or the same thing after all; nothing told is lost."""

from __future__ import annotations

from typing import Any

from actions.heard import Heard
from actions.intake import pause
from actions.intake.listen import listen, route
from actions.intake.state import Intake
from actions.services import Services
from knowledge.reply import Button, Kind, Reply
from petition.draft import check_value
from petition.errors import InvalidValue
from petition.routing import matter_scores, plain
from petition.triage import Hint

FIRST, SWITCH, SAME = "first", "switch", "same"
CHOICES = (FIRST, SWITCH, SAME)
OPEN_ANSWERS = (
    "narrative",
    "request",
    "consent",
    "confirm",
)  # a story belongs to these questions, or is asked about there
LEAST_WEIGHT = 8.0  # two decisive words of another matter …
TIMES = 3.0  # … and this many times as much as speaks for the matter of the draft
Story = dict[str, Any]


def tells_another(intake: Intake, heard: Heard, services: Services) -> bool:
    """Whether a message is the story of another matter and no answer to the question."""
    told = heard.button or not intake.triage or intake.asked in OPEN_ANSWERS
    if told or len(heard.text) < services.dialogue.limit("shortest_narrative") or not intake.draft.get("narrative"):
        return False
    if heard.whole.get(str(intake.asked)) is not None and intake.asked in ("amount", "phone", "occurred_on"):
        return False
    other = str(heard.stated.get("respondent") or "") not in ("", str(intake.draft.get("respondent") or ""))
    weighed = matter_scores(plain(heard.text), services.rules, heard.hint)
    likeliest = max(weighed, key=lambda each: weighed[each])
    assert intake.triage is not None
    known = weighed[intake.triage.matter]
    much = weighed[likeliest] >= LEAST_WEIGHT and weighed[likeliest] >= TIMES * max(known, 0.1)
    return likeliest != intake.triage.matter and much and (other or not known)


def offer(intake: Intake, heard: Heard, services: Services) -> Reply:
    """Keep the new story aside and ask which comes first."""
    intake.other_story = story_of(heard)
    return ask(services)


def ask(services: Services) -> Reply:
    """The choice."""
    offered = [
        Button(title=services.replies.text(f"button.{each}"), payload=f'/choose{{"id": "{each}"}}') for each in CHOICES
    ]
    return services.replies.say(Kind.CHOICE, "another.offer", offered)


def choice_in(heard: Heard, services: Services) -> str:
    """Which of the three was touched or said; empty where none."""
    if heard.button:
        return heard.params.get("id", "") if heard.is_button("choose") else ""
    said = heard.text.strip("。.！! ")
    by_title = {services.replies.text(f"button.{each}"): each for each in CHOICES}
    words = ("another_same", SAME), ("another_switch", SWITCH), ("another_first", FIRST)
    return by_title.get(said) or next((each for key, each in words if services.dialogue.says(key, said)), "")


def finish_first(intake: Intake) -> None:
    """The new story waits until this one is filed."""
    intake.next_story, intake.other_story = intake.other_story, {}


def append(intake: Intake, services: Services) -> bool:
    """The same thing after all: added to the story; False where it would be too long."""
    added = f"{intake.draft.get('narrative') or ''}\n{intake.other_story.get('text', '')}".strip()
    try:
        intake.draft["narrative"] = check_value("narrative", added, services.today())
    except InvalidValue:
        return False
    heard, intake.other_story = heard_again(intake.other_story), {}
    listen(intake, heard, services)
    route(intake, services)
    return True


def switch(intake: Intake, heard: Heard, services: Services) -> Reply:
    """The first draft is put away under its code, the new story begins."""
    story = intake.other_story
    intake.other_story = {}
    kept = pause.put_away(intake, heard, services)
    start(intake, story, services)
    return kept


def start(intake: Intake, story: Story, services: Services) -> None:
    """A draft with what the story tells, still without consent."""
    heard = heard_again(story)
    intake.opening = heard.text
    listen(intake, heard, services)
    intake.draft.setdefault("narrative", heard.text)
    route(intake, services)


def story_of(heard: Heard) -> Story:
    """As it travels in a slot: what was said, and what the engine read out of it."""
    return {
        "text": heard.text,
        "stated": dict(heard.stated),
        "doubts": dict(heard.doubts),
        "headcount": heard.entities.get("headcount"),
        "hint": heard.hint.as_dict(),
    }


def heard_again(story: Story) -> Heard:
    """The message, as far as a story is read."""
    entities = {"headcount": story["headcount"]} if story.get("headcount") else {}
    hint = Hint.from_dict(story.get("hint") or {})
    return Heard(
        str(story.get("text") or ""),
        stated=story.get("stated") or {},
        doubts=story.get("doubts") or {},
        entities=entities,
        hint=hint,
    )
