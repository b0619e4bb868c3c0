"""Small knowledge bases, laws and topics in a folder of the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from knowledge.load import KnowledgeBase, load_knowledge
from knowledge.office import Body, Office
from knowledge.opening import Session

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = REPOSITORY.parent / "shared"
LAW = "xinfang-gongzuo-tiaoli-2022"
SAID = "{deadline.request-review}"


def citation(article: int = 35, **changes: Any) -> dict[str, Any]:
    return {
        "law": LAW,
        "title": "信访工作条例",
        "article": article,
        "effective_from": "2022-05-01",
        "checked_on": "2026-11-21",
        **changes,
    }


def deadline(**changes: Any) -> dict[str, Any]:
    """30 days to ask for a review."""
    return {
        "act": "request-review",
        "length": 30,
        "unit": "day",
        "from": "received-written-reply",
        "article": 35,
        **changes,
    }


def entry(**changes: Any) -> dict[str, Any]:
    """A right entry about 复查; a change to None leaves the field out."""
    fields = {
        "id": "review.deadline",
        "title": "复查申请期限",
        "audience": ["citizen"],
        "channel": "petition",
        "answer": f"收到书面答复之日起{SAID}内，可以申请复查。",
        "details": ["向原来办理单位的上一级提出。"],
        "deadlines": [deadline()],
        "citations": [citation()],
        "related": ["review.recheck"],
        "phrasings": ["复查多久内提", "不服答复几天内要复查"],
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def write(folder: Path, *entries: dict[str, Any], name: str = "petition/review.yml") -> Path:
    path = folder / "knowledge" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(list(entries), allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder / "knowledge"


def base(folder: Path, *entries: dict[str, Any]) -> KnowledgeBase:
    return load_knowledge(write(folder, *entries))


LAW_TEXT = (
    "第三十四条　应当自受理之日起六十日内办结，情况复杂的可以延长三十日。\n\n"
    "第三十五条　信访人不服的，可以自收到书面答复之日起30日内请求原办理机关、单位的上一级机关、单位复查。\n"
    "第二款另有一千零五十元和百分之五的说法。\n"
)


def write_law(
    folder: Path, *, stem: str = LAW, status: str = "in force", effective: str = "2022-05-01", text: str = LAW_TEXT
) -> Path:
    """A law in the form of the researched texts."""
    laws = folder / "laws"
    laws.mkdir(exist_ok=True)
    (laws / "README.md").write_text("not a law", encoding="utf-8")
    (laws / f"{stem}.md").write_text(
        f'---\ntitle: "信访工作条例"\nrevised: "2022-02-25"\neffective: "{effective}"\nstatus: "{status}"\n---\n\n'
        f"## 第四章\n\n{text}",
        encoding="utf-8",
    )
    return laws


def write_topics(folder: Path, *topics: dict[str, Any]) -> Path:
    path = folder / "topics.yml"
    path.write_text(yaml.safe_dump(list(topics), allow_unicode=True), encoding="utf-8")
    return path


def topic(**changes: Any) -> dict[str, Any]:
    """The topic that entry() answers."""
    return {
        "id": "review.deadline",
        "title": "复查申请期限",
        "audience": ["citizen"],
        "channel": "petition",
        "related": ["review.recheck"],
        "must_say": ["三十日|30天", "复查"],
        "citations": [{"law": LAW, "title": "信访工作条例", "article": "三十五"}],
        **changes,
    }


def second(**changes: Any) -> dict[str, Any]:
    """A right entry about 复核, beside entry()."""
    return entry(**{"id": "review.recheck", "related": [], "phrasings": ["复核多久内提"], **changes})


def second_topic() -> dict[str, Any]:
    """The topic that second() answers."""
    return topic(id="review.recheck", related=[])


def office(**changes: Any) -> Office:
    return Office(
        **{
            "id": "QH",
            "name": "清河区信访局",
            "address": "为民路1号",
            "opening": [Session(days=["mon", "tue", "wed", "thu", "fri"], hours=["9:00-12:00"])],
            "phone": "0000-12345678",
            "online": "微信公众号",
            "bodies": {"mediation": Body(name="调解委员会", address="为民路5号", phone="0000-1")},
            **changes,
        }
    )
