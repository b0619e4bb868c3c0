"""Who of the staff may open what and do what: a table of compartments and a table of acts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from petition.matters import PetitionType
from petition.stages import Act, Role


class StaffRole(StrEnum):
    """What somebody of the staff does."""

    CLERK = "clerk"
    HANDLER = "handler"
    HEAD = "head"
    REVIEWER = "reviewer"
    RECHECKER = "rechecker"
    SUPERVISOR = "supervisor"
    DISCIPLINE = "discipline"
    AUDITOR = "auditor"
    ADMIN = "admin"
    AUTHOR = "author"
    APPROVER = "approver"

    @property
    def label(self) -> str:
        """In Chinese."""
        return ROLE_LABELS[self]


class Compartment(StrEnum):
    """What is sealed with a key of its own."""

    GENERAL = "data"
    DISCIPLINE = "discipline"


R = StaffRole
ROLE_LABELS: Mapping[StaffRole, str] = {
    R.CLERK: "接谈员", R.HANDLER: "办理员", R.HEAD: "科长", R.REVIEWER: "复查经办人", R.RECHECKER: "复核经办人",
    R.SUPERVISOR: "督查", R.DISCIPLINE: "纪检专员", R.AUDITOR: "审计员", R.ADMIN: "管理员", R.AUTHOR: "问答编辑", R.APPROVER: "问答审核",
}  # fmt: skip

# Whoever only looks after the machine, the log or the answers reads no petition.
_READ_NONE = frozenset({R.AUDITOR, R.ADMIN, R.AUTHOR, R.APPROVER})
OPENS: Mapping[Compartment, frozenset[StaffRole]] = {
    Compartment.GENERAL: frozenset(StaffRole) - _READ_NONE,
    Compartment.DISCIPLINE: frozenset({R.DISCIPLINE}),
}

_OFFICE, _ORGAN = frozenset({R.CLERK}), frozenset({R.HANDLER})
_EITHER = _OFFICE | _ORGAN
_PRESS = frozenset({R.SUPERVISOR, R.HEAD})
_DECIDERS = frozenset({R.HANDLER, R.REVIEWER, R.RECHECKER})

PERMISSIONS: Mapping[Act, frozenset[StaffRole]] = {
    Act.REGISTER: _OFFICE,
    Act.CLASSIFY: _EITHER,
    Act.FORWARD: _EITHER,
    Act.ASSIGN: _EITHER,
    Act.GUIDE: _EITHER,
    Act.OBJECT: _ORGAN,
    Act.ACCEPT: _ORGAN,
    Act.DECLINE: _EITHER,
    Act.HANDLE: _ORGAN,
    Act.EXTEND: _ORGAN,
    Act.REPLY: _ORGAN,
    Act.DELIVER: _DECIDERS,
    Act.REVIEW: frozenset({R.REVIEWER}),
    Act.RECHECK: frozenset({R.RECHECKER}),
    Act.CONCLUDE: _OFFICE,
    Act.PROPOSE_BODY: _EITHER,
    Act.DETERMINE_BODY: frozenset({R.CLERK, R.HEAD}),
    Act.REFER_MEDIATION: _ORGAN,
    Act.RECORD_MEDIATION: _ORGAN,
    Act.HOLD_HEARING: _DECIDERS,
    Act.SUPERVISE: _PRESS,
    Act.MERGE: _OFFICE,
    Act.UNMERGE: _OFFICE,
}

# Which of the staff stand for a role of the regulation.
PARTS: Mapping[Role, frozenset[StaffRole]] = {
    Role.OFFICE: frozenset({R.CLERK, R.HEAD, R.SUPERVISOR, R.DISCIPLINE}),
    Role.ORGAN: frozenset({R.HANDLER, R.HEAD, R.DISCIPLINE}),
    Role.REVIEWER: frozenset({R.REVIEWER}),
    Role.RECHECKER: frozenset({R.RECHECKER}),
}
APPROVERS: Mapping[Act, frozenset[StaffRole]] = {Act.OBJECT: frozenset({R.CLERK, R.HEAD})}
ALLOCATORS = frozenset({R.CLERK, R.HEAD, R.SUPERVISOR})


class NotPermitted(PermissionError):
    """The role may not open this compartment, or may not do this."""


def compartment_of(kind: PetitionType) -> Compartment:
    """A report is for the discipline role alone (《信访工作条例》第三十条第三款)."""
    return Compartment.DISCIPLINE if kind is PetitionType.REPORT else Compartment.GENERAL


def require(role: StaffRole, compartment: Compartment) -> None:
    """Raises NotPermitted."""
    if role not in OPENS[compartment]:
        raise NotPermitted(f"{role} opens nothing of {compartment}")


def may_approve(roles: frozenset[StaffRole], act: Act) -> bool:
    """Whether somebody with these roles may be the second person; an objection is agreed to by whoever sent the case."""
    return bool(roles & APPROVERS.get(act, frozenset({R.HEAD})))


def may_do(roles: frozenset[StaffRole], act: Act, part: Role, compartment: Compartment) -> bool:
    """Whether somebody with these roles may do an act in a part of the regulation; with a report only the discipline role acts."""
    if compartment is Compartment.DISCIPLINE:
        return R.DISCIPLINE in roles and R.DISCIPLINE in PARTS.get(part, frozenset())
    return bool(roles & PERMISSIONS.get(act, frozenset()) & PARTS.get(part, frozenset()))
