"""The outcome of a triage (分流): what kind of petition a text is and where it can go; and what a classifier can add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from petition.citation import Citation
from petition.matters import Branch, Channel, Matter, PetitionType


@dataclass(frozen=True)
class Hint:
    """What a classifier has learned from labelled stories: probabilities by matter and by type, the likely ones only."""

    matters: Mapping[str, float] = field(default_factory=dict)
    types: Mapping[str, float] = field(default_factory=dict)

    @property
    def surest(self) -> float:
        """The probability of the likeliest matter; 0 where nothing is known."""
        return max(self.matters.values(), default=0.0)

    def as_dict(self) -> dict[str, dict[str, float]]:
        """As it travels in a slot."""
        return {"matters": dict(self.matters), "types": dict(self.types)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Mapping[str, float]]) -> Hint:
        """The reverse of `as_dict`."""
        return cls(dict(data.get("matters") or {}), dict(data.get("types") or {}))


NO_HINT = Hint()


@dataclass(frozen=True)
class Triage:
    """Type, matter, branch of art. 31 (claims only), channels best first, and why in one Chinese sentence."""

    type: PetitionType
    matter: Matter
    branch: Branch | None
    channels: tuple[Channel, ...]
    why: str
    rule: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The article on handling such a petition, and the one of the first channel."""
        first = self.channels[0].info.citation if self.channels else None
        own = self.branch.citation if self.branch else self.type.citation
        return (own, first) if first else (own,)

    def as_dict(self) -> dict[str, object]:
        """The `triage` of a reply, without slots."""
        return {
            "type": str(self.type),
            "matter": str(self.matter),
            "branch": int(self.branch) if self.branch else None,
            "channels": [str(channel) for channel in self.channels],
            "why": self.why,
            "rule": self.rule,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Triage:
        """The reverse of `as_dict`."""
        branch, channels = data.get("branch"), data.get("channels")
        return cls(
            type=PetitionType(str(data["type"])),
            matter=Matter(str(data["matter"])),
            branch=Branch(int(str(branch))) if branch else None,
            channels=tuple(Channel(str(each)) for each in channels) if isinstance(channels, list | tuple) else (),
            why=str(data.get("why", "")),
            rule=str(data.get("rule", "")),
        )
