"""Reads data/care: word lists, look-alikes, words of time, excuses, and one file of cues for each kind of danger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge.care.patterns import compile_any, compile_cue
from knowledge.care.reading import Care, Clock, Danger, Excuse, Group, Judgement, Reading, Time
from knowledge.yamls import read_yaml

Words = Mapping[str, Sequence[str]]


def load_care(folder: Path) -> Care:
    """Compiles the folder; KeyError for an excuse and UnknownWord for a list that is not there."""
    words, time = read(folder, "words"), read(folder, "time")
    excuses = {name: make_excuse(each, words) for name, each in read(folder, "excuses").items()}
    always, judgement = read(folder, "always"), read(folder, "judgement")
    return Care(
        fold={ord(old): new for old, new in read(folder, "fold").items()},
        look_alikes=compile_any(read(folder, "look-alikes")["words"], words),
        clock=Clock(
            {Time(name): compile_any(time[name], words) for name in ("now", "today", "open", "then")},
            compile_any(time["lasting"], words),
        ),
        affair=compile_any(time["affair"], words),
        groups=tuple(
            make_group(kind, each, always[each["reading"]], excuses, words)
            for kind in Danger
            for each in read(folder, kind)["groups"]
        ),
        judgement=Judgement(
            judgement["least"],
            tuple(excuses[name].words for name in judgement["unless"]),
            judgement["harmless_below"],
            judgement["shortest_judged"],
            frozenset(map(Danger, judgement["never_harmless"])),
        ),
    )


def read(folder: Path, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = read_yaml(folder / f"{name}.yml")
    return loaded


def make_excuse(each: Mapping[str, Any], words: Words) -> Excuse:
    return Excuse(each["in"], compile_any(each["words"], words), compile_any(each.get("despite", ()), words))


def make_group(
    kind: Danger, each: Mapping[str, Any], always: Sequence[str], excuses: Mapping[str, Excuse], words: Words
) -> Group:
    names = [*always, *each.get("unless", ())]
    return Group(
        danger=kind,
        name=each["name"],
        reading=Reading(each["reading"]),
        cues=tuple(compile_cue(cue, words) for cue in each["cues"]),
        excuses=tuple(excuses[name] for name in names),
    )
