"""Field guides as an office shows them: every row with its channels, bodies, limits and law, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.office import Office
from knowledge.yamls import read_yaml
from petition.deadlines import PERIODS
from petition.guides import Demand, Guide, Guides
from petition.matters import Branch, Channel, Matter
from petition.rules import Route, Rules

GENERAL = "general"


@dataclass(frozen=True)
class Way:
    """One channel of a row: its name, the body here with its phone, and where that is."""

    channel: str
    body: str
    phone: str
    where: str


@dataclass(frozen=True)
class Row:
    """诉求 → 办理途径 → 找谁 → 期限 → 依据; all demands of one route stand together. `sort`: how a petition is classified."""

    demands: tuple[str, ...]
    sort: str
    ways: tuple[Way, ...]
    limits: tuple[str, ...]
    basis: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One page."""

    id: str
    title: str
    intro: str
    rows: tuple[Row, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every body of the page once, with address and phone."""
        return tuple(dict.fromkeys(way.where for row in self.rows for way in row.ways))


def load_guides(folder: Path, rules: Rules) -> Guides:
    """The sheets of data/guides; raises ValueError where one names a route that there is not."""
    files = {path.stem: read_yaml(path) for path in sorted(folder.glob("*.yml"))}
    return Guides.from_data([files[str(matter)] for matter in Matter], files[GENERAL], rules)


def sheet_of(guide: Guide, rules: Rules, office: Office) -> Sheet:
    """The sheet of a matter with the bodies of an office."""
    return Sheet(str(guide.matter), guide.title, guide.intro, rows_of(guide.demands, guide.matter, rules, office))


def rows_of(demands: Sequence[Demand], matter: Matter | None, rules: Rules, office: Office) -> tuple[Row, ...]:
    """One row a route, in the order of the first demands."""
    routes = dict.fromkeys(demand.route for demand in demands)
    return tuple(row_of([each for each in demands if each.route == name], matter, rules, office) for name in routes)


def row_of(demands: Sequence[Demand], matter: Matter | None, rules: Rules, office: Office) -> Row:
    """Demands of one route with all that it says."""
    kind, route = rules.route(demands[0].route)
    return Row(
        demands=tuple(each.demand for each in demands),
        sort=f"{kind.label}：{route.branch.label}" if route.branch else kind.label,
        ways=tuple(way_of(channel, office) for channel in route.channels),
        limits=tuple(limits_of(route, matter, rules)),
        basis=route.citation.text,
        notes=tuple(each.note for each in demands if each.note),
    )


def way_of(channel: Channel, office: Office) -> Way:
    """A channel with its local body; without one the office itself, which can tell."""
    body = office.bodies.get(str(channel))
    name, phone = (body.name, body.phone) if body else (office.name, office.phone)
    return Way(channel.info.title, name, phone, office.where(str(channel)))


def limits_of(route: Route, matter: Matter | None, rules: Rules) -> Iterator[str]:
    """The citizen's own limits on the first two channels, or how long the organ has."""
    clocks = rules.clocks.running(route.channels[:2], matter, route.name)
    yield from (f"{clock.channel.info.title}：{clock.short}" for clock in clocks)
    if route.branch is Branch.OPINION and not clocks:
        handling = PERIODS["handling"]
        yield f"受理之日起{handling.text}内办结（{handling.citation.text}）"


def sheets_of(guides: Guides, rules: Rules, office: Office) -> dict[str, Sheet]:
    """Every sheet by its name, in the order of the matters; the general one comes last."""
    sheets = [sheet_of(guides[matter], rules, office) for matter in Matter]
    rows = rows_of(guides.general, None, rules, office)
    return {each.id: each for each in [*sheets, Sheet(GENERAL, guides.title, guides.intro, rows)]}
