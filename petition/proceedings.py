"""What is decided and recorded while a petition is routed and handled: who takes it on, what a mediation brought, why a hearing is held."""

from __future__ import annotations

from enum import StrEnum

from petition.citation import Citation
from petition.life import regulation

JURISDICTION = regulation(24)
PUBLICATION = regulation(36, "第二款")
MEDIATION = regulation(33)


class Decision(StrEnum):
    """By whom it was settled which organ takes a petition on (第二十四条)."""

    NEGOTIATED = "negotiated"
    SUPERIOR = "superior"
    CONFERENCE = "conference"
    SUCCESSOR = "successor"
    GOVERNMENT = "government"

    @property
    def label(self) -> str:
        """In Chinese."""
        return _DECISIONS[self][0]

    @property
    def citation(self) -> Citation:
        """The article that it stands in."""
        return _DECISIONS[self][1]


class Settlement(StrEnum):
    """What a mediation brought (第三十三条): an agreement before the mediator, one of the parties' own, or none."""

    AGREED = "agreed"
    SETTLED = "settled"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """In Chinese."""
        return {"agreed": "调解达成协议", "settled": "双方自愿和解", "failed": "没有达成一致"}[self.value]

    @property
    def written(self) -> str:
        """The paper that has to be made of it; empty where there is none."""
        return {"agreed": "调解协议书", "settled": "和解协议书", "failed": ""}[self.value]


class Weight(StrEnum):
    """Why a hearing is held: only of a grave, complex or difficult matter (第三十一条第六项、第三十六条第二款)."""

    GRAVE = "grave"
    COMPLEX = "complex"
    DIFFICULT = "difficult"

    @property
    def label(self) -> str:
        """In Chinese."""
        return {"grave": "重大", "complex": "复杂", "difficult": "疑难"}[self.value]


_DECISIONS: dict[Decision, tuple[str, Citation]] = {
    Decision.NEGOTIATED: ("涉及的机关、单位协商确定", regulation(24, "第一款")),
    Decision.SUPERIOR: ("共同的上一级机关、单位决定", regulation(24, "第一款")),
    Decision.CONFERENCE: ("共同的信访工作联席会议协调确定", regulation(24, "第一款")),
    Decision.SUCCESSOR: ("原单位分立、合并、撤销，由继续行使其职权的机关、单位受理", regulation(24, "第二款")),
    Decision.GOVERNMENT: ("职责不清，由本级党委和政府或者其指定的机关、单位受理", regulation(24, "第二款")),
}
