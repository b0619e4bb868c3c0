"""The roadmap of the kiosk: the whole way with the exits of 第三十一条, the way of one case, and what stands behind each place on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from bot.bootstrap import Services
from bot.drawing import HALL, Crossing, Map, Place, road_svg
from bot.kiosk.texts import Texts
from bot.stage_sheets import StageSheet, general_road, once, sheet_of, sheets_of
from cases.track import CaseView
from knowledge.entry import Entry
from knowledge.load import load_knowledge
from knowledge.rules import load_rules
from petition import deadlines
from petition.days import in_words
from petition.matters import Branch, Channel, PetitionType
from petition.roadmap import RoadmapStage, State
from petition.rules import Rules
from petition.stages import LIFECYCLE, Role, Stage, Track

LINK = "/kiosk/roadmap/"
BRANCH = "branch-"
BEFORE_CROSSING = Stage.ACCEPTED  # whoever is to handle a claim tells the six cases apart
AT_CROSSING = Stage.GUIDED
MOST_WAYS, MOST_DETAILS = 3, 3  # more than that nobody reads standing
knowledge_in = cache(load_knowledge)
rules_in = cache(load_rules)


@dataclass(frozen=True)
class Way:
    """A legal channel and where it is in this place; without a title where it is the only one."""

    title: str
    where: str


@dataclass(frozen=True)
class ExitSheet:
    """What can be read behind an item of 第三十一条."""

    id: str
    title: str
    answer: str
    details: tuple[str, ...]
    ways: tuple[Way, ...]
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One line of the road in words, for paper and for those who hear it."""

    title: str
    state: str
    when: str
    beside: str = ""
    exits: tuple[str, ...] = ()
    now: bool = False


def road_facts(texts: Texts, view: CaseView | None, today: date) -> dict[str, Any]:
    """What roadmap.html needs: the way of this case, or that of anybody."""
    road: Mapping[str, Any] = view.road.as_dict() if view else general_road(today)[0]
    around = map_around(road["stages"], texts) if view is None else Map()
    return {
        "view": view,
        "road": road_svg(road, links=True, look=HALL, around=around, link=LINK, query="" if view else "?whole=true"),
        "paper": road_svg(road, around=Map(within=around.within)),
        "steps": steps_of(road, texts, around),
        "printed_on": in_words(today),
    }


def stage_facts(services: Services, texts: Texts, id: str, view: CaseView | None, today: date) -> dict[str, Any] | None:
    """What stage.html needs: the sheet of a stage (of this case, where it stands on its road) or of an exit; None for neither."""
    if id.removeprefix(BRANCH) != id:
        way_out = exit_sheet(services, texts, id)
        return {"exit": way_out, "sheet": None, "until": {}} if way_out else None
    if id not in set(Stage):
        return None
    mine = {each.id: each for each in sheets_of(view.road, view.track)} if view else {}
    until = {each.act.label: in_words(each.until) for each in view.rights if each.until} if view else {}
    sheet = told_plainly(mine.get(id) or any_sheet(Stage(id)), view)
    return {"exit": None, "sheet": sheet, "until": until if sheet.state == State.NOW else {}}


def told_plainly(sheet: StageSheet, view: CaseView | None) -> StageSheet:
    """Where the case stands now it is told what happened last."""
    if view and view.road.told and sheet.state == State.NOW:
        return replace(sheet, happens=view.road.told)
    return sheet


def any_sheet(stage: Stage) -> StageSheet:
    """The sheet of a stage on nobody's road; claims of (1) to (5) alone are led elsewhere."""
    track = Track.OTHER if stage is AT_CROSSING else Track.OPINION
    return sheet_of(RoadmapStage(stage, State.NEXT), track)


def map_around(stages: Sequence[Mapping[str, Any]], texts: Texts) -> Map:
    """What stands beside the way of anybody, from the table of steps (petition/lifecycle.py)."""
    way = [Stage(each["id"]) for each in stages]
    return Map(
        beside=beside(way, texts),
        crossing=crossing(texts),
        within={str(stage): text for stage in way if (text := within(stage, texts))},
    )


def beside(way: Sequence[Stage], texts: Texts) -> dict[str, tuple[Place, ...]]:
    """Each stage off the way, at the first stage of the way that may no longer come once it has: after the last one that leads to it."""
    places: dict[str, tuple[Place, ...]] = {}
    for stage in Stage:
        if stage in way or stage is AT_CROSSING:
            continue
        sources = [way.index(each) for step in LIFECYCLE if step.to is stage for each in step.source if each in way]
        instead = str(way[max(sources) + 1])
        note = texts(f"road.note-{stage}", limit=deadlines.EXTENSION.text)
        places[instead] = (*places.get(instead, ()), Place(str(stage), stage.label, note))
    return places


def crossing(texts: Texts) -> Crossing:
    """The six items of 第三十一条; whoever takes one of the first five is led there, the sixth stays on the way."""
    cells = [exit_place(each, texts) for each in Branch if each is not Branch.OPINION]
    guided = Place(str(AT_CROSSING), AT_CROSSING.label, texts("road.note-guided"))
    stays = exit_place(Branch.OPINION, texts)
    return Crossing(texts("road.crossing"), texts("road.crossing-note"), str(BEFORE_CROSSING), (*cells, guided, stays))


def exit_place(branch: Branch, texts: Texts) -> Place:
    stays = branch is Branch.OPINION
    note = texts("road.note-branch-6") if stays else ""
    title = texts(f"road.{BRANCH}{int(branch)}")
    return Place(f"{BRANCH}{int(branch)}", title, note, str(int(branch)), stays=stays)


def within(stage: Stage, texts: Texts) -> str:
    """How long it may take to get there, where the petition came through the petition office; the citizen's own periods are told so."""
    steps = [step for step in LIFECYCLE if step.to is stage and Track.OPINION in step.tracks and step.within]
    steps = [step for step in steps if step.within is not deadlines.DIRECT_NOTICE]
    if stage is Stage.REGISTERED or not steps or steps[0].within is None:
        return ""
    key = "road.within-you" if steps[0].role is Role.PETITIONER else "road.within"
    return texts(key, limit=steps[0].within.text)


def exit_sheet(services: Services, texts: Texts, id: str) -> ExitSheet | None:
    """What an item of 第三十一条 means, from the answer of the knowledge base, and the channels that claims of it take, with their addresses."""
    number = id.removeprefix(BRANCH)
    if number not in {str(int(each)) for each in Branch}:
        return None
    branch, office = Branch(int(number)), services.office
    entry = entry_of(branch, knowledge_in(services.settings.knowledge_dir))
    channels = channels_of(branch, rules_in(services.settings.triage_dir))
    return ExitSheet(
        id=id,
        title=f"{texts('road.mark', number=number)}{texts(f'road.{id}')}",
        answer=office.fill(entry.answer),
        details=tuple(office.fill(each) for each in entry.details[:MOST_DETAILS]),
        ways=tuple(Way(each.info.title if len(channels) > 1 else "", office.where(str(each))) for each in channels),
        articles=tuple(once(str(each) for each in entry.citations)),
    )


def entry_of(branch: Branch, topics: Iterable[Entry]) -> Entry:
    """The entry that rests on this item first."""
    own = branch.citation
    routes = (each for each in topics if each.id.startswith("route.") and each.citations)
    return next(each for each in routes if str(each.citations[0]) == own.text)


def channels_of(branch: Branch, rules: Rules) -> tuple[Channel, ...]:
    """The first channels of the routes of this item, those of most routes first."""
    first = [route.channels[0] for route in rules.routes[PetitionType.CLAIM] if route.branch is branch]
    ranked = sorted(dict.fromkeys(first), key=lambda each: -first.count(each))
    return tuple(each for each in ranked if each is not Channel.PETITION or branch is Branch.OPINION)[:MOST_WAYS]


def steps_of(road: Mapping[str, Any], texts: Texts, around: Map) -> tuple[Step, ...]:
    """The road in words."""
    here = any(each["state"] == "now" for each in road["stages"])
    return tuple(step_of(number, each, texts, around, here) for number, each in enumerate(road["stages"], start=1))


def step_of(number: int, stage: Mapping[str, Any], texts: Texts, around: Map, here: bool) -> Step:
    on, due = in_words(stage.get("on")), in_words(stage.get("due"))
    when = on or (texts("road.due", day=due) if due else around.within.get(stage["id"], ""))
    state = texts(f"road.state-{stage['state']}") if here else ""
    others = "、".join(each.title for each in around.beside.get(stage["id"], ()))
    exits: tuple[str, ...] = ()
    if around.crossing and around.crossing.before == stage["id"]:
        exits = tuple(
            texts("road.words-exit", mark=texts("road.mark", number=each.mark), title=each.title)
            for each in around.crossing.exits
            if each.mark
        )
    return Step(
        title=texts("road.words-step", number=number, title=stage["title"]),
        state=state,
        when=when,
        beside=texts("road.words-beside", titles=others) if others else "",
        exits=exits,
        now=stage["state"] == "now",
    )
