"""What can be done with a registered petition, as use cases: `staff`, `approvals`, `citizen`; who sees what of it: `staff_view`."""

from __future__ import annotations

from cases.acts.approvals import (
    Approval,
    ApprovalNotFound,
    ApprovalState,
    Proposal,
    approve,
    proposal_of,
    refuse,
    take_back,
    waiting_approvals,
)
from cases.acts.citizen import (
    Rated,
    Satisfaction,
    rate,
    remind,
    request_recheck,
    request_review,
    unsolved,
    withdraw,
)
from cases.acts.staff import act, allocate, name_reviewer

__all__ = [
    "Approval",
    "ApprovalNotFound",
    "ApprovalState",
    "Proposal",
    "Rated",
    "Satisfaction",
    "act",
    "allocate",
    "approve",
    "name_reviewer",
    "proposal_of",
    "rate",
    "refuse",
    "remind",
    "request_recheck",
    "request_review",
    "take_back",
    "unsolved",
    "waiting_approvals",
    "withdraw",
]
