"""Danger is recognised before anything else, what only sounds like it is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.care import Danger, load_care
from knowledge.care.patterns import UnknownWord, compile_cue
from tests.unit.actions.factories import DATA

EXAMPLES: dict[str, list[str]] = yaml.safe_load((DATA / "care" / "examples.yml").read_text(encoding="utf-8"))
CARE = load_care(DATA / "care")
DANGERS = [text for kind in Danger for text in EXAMPLES[kind]]
GRIEVANCE = "厂里去年欠我两万块工资，投诉三年了，仲裁判了也不赔，"
# Of our own phrasings and narratives, these do tell of a danger that may be present.
TRULY_DANGEROUS = {
    "派出所让我们回去自己解决，可他还要打我",
    "工作人员动手打我",
    "邻居拿刀堵我家门，报了警来了就训两句，走了他又来",
    "民政局离婚窗口说约满了，一拖又是一个月，他打我我等不起",
}


@pytest.mark.parametrize("text", DANGERS)
def test_danger_is_recognised(text: str) -> None:
    assert CARE.recognise(text) is not None


@pytest.mark.parametrize("text", EXAMPLES["harmless"])
def test_what_only_sounds_like_danger_is_not(text: str) -> None:
    assert CARE.recognise(text) is None


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    else:
        for each in node.values() if isinstance(node, dict) else node or ():
            yield from strings(each)


def our_own_texts() -> Iterator[str]:
    for path in sorted((DATA / "knowledge").rglob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
            yield from entry.get("phrasings", ())
    for path in sorted((DATA / "narratives").glob("*.yml")):
        yield from strings(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_thousands_of_questions_and_complaints_raise_no_alarm() -> None:
    alarms = {text for text in our_own_texts() if CARE.recognise(text)}
    assert alarms <= TRULY_DANGEROUS


@pytest.mark.parametrize("kind", list(Danger))
def test_the_kind_is_nearly_always_the_one_meant(kind: Danger) -> None:
    right = [CARE.recognise(text) is kind for text in EXAMPLES[kind]]
    assert sum(right) >= 0.85 * len(right)


@pytest.mark.parametrize("kind", list(Danger))
def test_danger_is_heard_behind_a_long_grievance(kind: Danger) -> None:
    texts = EXAMPLES[kind]
    lost = [text for text in texts if CARE.recognise(GRIEVANCE + text) is None]
    assert len(lost) <= LOST_BEHIND_A_GRIEVANCE[kind] * len(texts), lost


LOST_BEHIND_A_GRIEVANCE = {Danger.SELF_HARM: 0.03, Danger.THREAT: 0.03, Danger.VIOLENCE: 0.1, Danger.EMERGENCY: 0.1}


@pytest.mark.parametrize(
    "text",
    [
        "我爸去年从架子上摔下来，工伤没认定，老板把我赶出来，现在我妈气得晕过去了，叫不醒",
        "前年他打伤过我，派出所不管。刚才他又来了，在砸我家门",
        "三年前强拆打了我爸，一直没人管，今天他们又来打人，我妈被按在地上",
        "2019年欠的工资至今没给，我不想活了",
    ],
)
def test_an_old_grievance_does_not_excuse_a_new_danger(text: str) -> None:
    assert CARE.recognise(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "前年他打了我，头上缝了七针，派出所只调解，要求重新处理",
        "我爸从架子上摔下来，单位不认工伤，怎么办",
        "那时候我真不想活了，后来想通了，现在就想要个说法",
        "邻居放火烧了我家草垛，公安立案了没下文",
    ],
)
def test_what_is_over_and_claimed_for_is_no_danger(text: str) -> None:
    assert CARE.recognise(text) is None


@pytest.mark.parametrize("text", ["", "，。", "○" * 50, "死" * 2000, "我不" * 1000, "打我" * 1000, "*\u200b*", "a b c"])
def test_odd_texts_do_no_harm(text: str) -> None:
    CARE.recognise(text)


# --- the files -----------------------------------------------------------------------------------------------------------------


def make_care(folder: Path, reading: str = "wish", **changes: Any) -> Any:
    files: dict[str, Any] = {
        "fold": {"樓": "楼"},
        "words": {"me": ["我"]},
        "look-alikes": {"words": ["跳楼价"]},
        "time": {
            "now": ["正在"],
            "then": ["去年"],
            "today": ["今天"],
            "open": ["至今"],
            "lasting": ["叫不醒"],
            "affair": ["赔"],
        },
        "judgement": {
            "least": 0.7,
            "unless": ["drill"],
            "harmless_below": 0.3,
            "shortest_judged": 7,
            "never_harmless": ["self-harm"],
        },
        "always": {each: [] for each in ("wish", "state", "event", "call")},
        **{kind: {"groups": []} for kind in Danger},
    }
    files["self-harm"] = {"groups": [{"name": "jump", "reading": reading, "cues": ["<me>要?跳楼"], **changes}]}
    files["excuses"] = {"drill": {"in": "sentence", "words": ["演习"], "despite": ["真的"]}}
    for name, content in files.items():
        (folder / f"{name}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return load_care(folder)


@pytest.mark.parametrize(
    ("reading", "text", "heard"),
    [
        ("wish", "去年的事，我要跳楼", True),
        ("wish", "去年我要跳楼", False),
        ("wish", "去年拆房，今天我要跳楼", True),
        ("state", "去年的事，我跳楼", False),
        ("state", "我跳楼，谁来赔", True),
        ("event", "我跳楼，谁来赔", False),
        ("event", "谁来赔，我跳楼", True),
        ("event", "今天我跳楼，谁来赔", True),
        ("event", "去年的事，至今没完，我跳楼", True),
        ("event", "去年我跳楼，叫不醒", False),
        ("event", "我跳楼，叫不醒，谁来赔", True),
        ("call", "去年我跳楼", True),
    ],
)
def test_what_a_reading_means(tmp_path: Path, reading: str, text: str, heard: bool) -> None:
    assert bool(make_care(tmp_path, reading).recognise(text)) is heard


def test_an_excuse_reaches_as_far_as_it_says_and_may_be_overruled(tmp_path: Path) -> None:
    care = make_care(tmp_path, unless=["drill"])
    assert care.recognise("演习。我要跳楼")
    assert care.recognise("演习，我要跳楼") is None
    assert care.recognise("演习，真的我要跳楼")


@pytest.mark.parametrize(
    ("text", "judged", "heard"),
    [
        ("我要走了", {"threat": 0.5, "self-harm": 0.3}, Danger.THREAT),
        ("我要走了", {"threat": 0.4, "self-harm": 0.2}, None),
        ("我要走了", {}, None),
        ("去年我要走了", {"threat": 0.9}, None),
        ("我要走了，要赔", {"threat": 0.9}, None),
        ("我要走了，演习", {"threat": 0.9}, None),
        ("我要走了，跳楼价", {"threat": 0.9}, None),
        ("我要跳楼", {"threat": 0.9}, Danger.SELF_HARM),
    ],
)
def test_the_second_opinion_counts_where_nothing_speaks_against_it(
    tmp_path: Path, text: str, judged: dict[str, float], heard: Danger | None
) -> None:
    assert make_care(tmp_path).recognise(text, judged) is heard


def test_one_way_of_writing(tmp_path: Path) -> None:
    care = make_care(tmp_path)
    assert care.recognise("我 要 跳 樓")
    assert care.recognise("我要*跳*楼")
    assert care.recognise("我要跳楼价") is None


@pytest.mark.parametrize(
    ("cue", "text", "found"),
    [
        ("我 跳楼", "我今天就要跳楼", True),
        ("我 跳楼", "我，跳楼", False),
        ("我 ~ 跳楼", "我，跳楼", True),
        ("我 ~ 跳楼", "我。跳楼", False),
        ("#年前", "二十三年前", True),
        ("^走了$", "好，走了，", True),
        ("^走了$", "他走了", False),
        ("(想|要)?死", "去死", True),
        ("<who>来", "妈来", True),
    ],
)
def test_the_language_of_the_cues(cue: str, text: str, found: bool) -> None:
    assert bool(compile_cue(cue, {"who": ["爸", "妈"]}).search(text)) is found


@pytest.mark.parametrize("cue", ["<nobody>来", "来[人]", "来.*"])
def test_a_cue_that_the_language_does_not_know_is_refused(cue: str) -> None:
    with pytest.raises(UnknownWord):
        compile_cue(cue, {})
