"""The lawful life of a petition as one table: from where, who may do what, until when, on which article, and what is told.

Read `docs/lifecycle.md` for the same table in Chinese. The engine that evaluates it is petition/stages.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from petition import deadlines
from petition.citation import Citation
from petition.deadlines import Period
from petition.errors import NotAllowed, NotComplete
from petition.life import Act, Ground, Outcome, Role, Stage, Track
from petition.life import regulation as xf

S, A, R, T, G = Stage, Act, Role, Track, Ground
ALL = (T.OPINION, T.OTHER, T.SUGGESTION, T.REPORT)
CLAIM = (T.OPINION, T.OTHER)
NO_REPORT = (T.OPINION, T.OTHER, T.SUGGESTION)
SENT = (S.FORWARDED, S.ASSIGNED)
TAKEN = (S.ACCEPTED, S.HANDLING, S.EXTENDED)
UNANSWERED = (S.REGISTERED, *SENT, *TAKEN)
RUNNING = (*UNANSWERED, S.REVIEWING, S.RECHECKING)
SUPERVISED = tuple(stage for stage in S if stage not in (S.REGISTERED, S.WITHDRAWN))
OFFICE = "登记的信访部门"
HIGHER, HIGHEST = "原办理机关、单位的上一级机关、单位", "复查机关、单位的上一级机关、单位"


@dataclass(frozen=True)
class Step:
    """One row: from any of `source`, `role` may do `act`, leading to `to` (None: the stage stays), within `within`.

    `needs`: details that the act must carry; `approval`: a second person has to approve; `grounds`: of declining.
    """

    source: tuple[Stage, ...]
    act: Act
    to: Stage | None
    role: Role
    within: Period | None
    citation: Citation
    told: str
    tracks: tuple[Track, ...] = ALL
    to_whom: str = ""  # addressee of a citizen's right
    approval: bool = False
    needs: tuple[str, ...] = ()
    grounds: tuple[Ground, ...] = ()


_GUIDED = "这件事有专门的法定途径，已引导您按该程序办理；信访不会停止那个程序的期限，请尽快去办。"
_DECLINED = "未予受理，理由已书面告知您。"
_AGAIN = (G.ALREADY_HANDLED, G.AFTER_RECHECK)
_DECLINE_NEEDS = ("ground", "competent_body")

# 登记、分流 (第二十二条至第二十四条). The 15 days of 第二十二条 run from receipt by the office and the regulation gives them once:
# an objection of the organ that was sent it does not start them anew (see running.py).
_ROUTING: tuple[Step, ...] = (
    Step((S.REGISTERED, *SENT), A.CLASSIFY, None, R.OFFICE, None, xf(31), "已核对您的事项属于哪一类。"),
    # Whoever is to handle a claim tells the six cases apart. Once an opinion is out the class stays, or a review would be lost.
    Step((S.REGISTERED, *SENT, *TAKEN), A.CLASSIFY, None, R.ORGAN, None, xf(31), "办理单位已核对您的事项属于哪一类。"),
    Step((S.REGISTERED, *SENT), A.PROPOSE_BODY, None, R.OFFICE, None, xf(24, "第一款"), "涉及的单位正在商定由谁受理。", needs=("body",)),
    Step((S.REGISTERED, *SENT), A.PROPOSE_BODY, None, R.ORGAN, None, xf(24, "第一款"), "涉及的单位正在商定由谁受理。", needs=("body",)),
    Step((S.REGISTERED, *SENT), A.DETERMINE_BODY, None, R.OFFICE, None, xf(24), "已确定由哪个单位受理。", needs=("body",)),
    Step((S.REGISTERED,), A.FORWARD, S.FORWARDED, R.OFFICE, deadlines.ROUTE, xf(22, "第一款"), "已转送有权处理的单位。",
         NO_REPORT, needs=("body",)),
    Step((S.REGISTERED,), A.FORWARD, S.FORWARDED, R.OFFICE, deadlines.ROUTE, xf(22, "第二款"),
         "已按管理权限转送有权受理的机关；您的材料不会转给被检举、控告的单位和人员。", (T.REPORT,), needs=("body",)),
    Step((S.REGISTERED,), A.ASSIGN, S.ASSIGNED, R.OFFICE, deadlines.ROUTE, xf(22, "第一款第（三）项"),
         "已交有权处理的单位办理，并要求其反馈结果。", needs=("body",)),
    Step((S.REGISTERED,), A.FORWARD, S.FORWARDED, R.ORGAN, deadlines.DIRECT_NOTICE, xf(23, "第一款"), "已转送本系统有权处理的单位。",
         needs=("body",)),
    Step((S.REGISTERED,), A.ASSIGN, S.ASSIGNED, R.ORGAN, deadlines.DIRECT_NOTICE, xf(23, "第一款"), "已交本系统有权处理的单位办理。",
         needs=("body",)),
    # A claim of branch (6) has no other way than this one: it is guided away only once it has been classified as (1) to (5).
    Step((S.REGISTERED,), A.GUIDE, S.GUIDED, R.OFFICE, deadlines.ROUTE, xf(31), _GUIDED, (T.OTHER,), needs=("channel",)),
    Step((S.REGISTERED,), A.GUIDE, S.GUIDED, R.ORGAN, deadlines.DIRECT_NOTICE, xf(31), _GUIDED, (T.OTHER,), needs=("channel",)),
    Step(SENT, A.GUIDE, S.GUIDED, R.ORGAN, deadlines.TRANSFERRED_NOTICE, xf(31), _GUIDED, (T.OTHER,), needs=("channel",)),
    # 第三十一条 lets the organ find out while it investigates: no period is set for that.
    Step(TAKEN, A.GUIDE, S.GUIDED, R.ORGAN, None, xf(31), _GUIDED, (T.OTHER,), needs=("channel",)),
    # 经…核实同意后，交还: the sender has to agree, so it is approved before it takes effect.
    Step(SENT, A.OBJECT, S.REGISTERED, R.ORGAN, deadlines.OBJECTION, xf(23, "第三款"), "接收单位认为不归它管，材料已交还，正在重新分流。",
         approval=True, needs=("reason",)),
)  # fmt: skip

# 受理 (第二十三条). How and when a report is acknowledged follows rules of its own (第二十三条第四款): no 15 days there.
_ACCEPTING: tuple[Step, ...] = (
    *(
        Step(source, A.ACCEPT, S.ACCEPTED, R.ORGAN, within, xf(23, clause), told, tracks)
        for source, within, clause in (
            ((S.REGISTERED,), deadlines.DIRECT_NOTICE, "第二款"), (SENT, deadlines.TRANSFERRED_NOTICE, "第三款"),
        )
        for tracks, told in (
            ((T.OPINION,), f"您的事项已受理。{deadlines.HANDLING.told}"),
            ((T.OTHER,), "您的事项已受理，按这类事项自己的程序办理。"),
            ((T.SUGGESTION,), "您的建议已收到，由有权处理的单位研究论证。"),
        )
    ),
    Step((S.REGISTERED, *SENT), A.ACCEPT, S.ACCEPTED, R.ORGAN, None, xf(23, "第四款"),
         "您反映的问题已由有权处理的机关受理，会依规依纪依法办理和反馈。", (T.REPORT,)),
    # What is sent to the wrong organ goes back by an objection (第二十三条第三款); only who was asked directly names the right one.
    Step((S.REGISTERED,), A.DECLINE, S.DECLINED, R.OFFICE, deadlines.ROUTE, xf(36, "第三款"), _DECLINED, approval=True,
         needs=_DECLINE_NEEDS, grounds=_AGAIN),
    Step((S.REGISTERED,), A.DECLINE, S.DECLINED, R.ORGAN, deadlines.DIRECT_NOTICE, xf(23, "第一款"),
         "未予受理，理由和有权处理的单位已书面告知您。", approval=True, needs=_DECLINE_NEEDS, grounds=tuple(G)),
    Step(SENT, A.DECLINE, S.DECLINED, R.ORGAN, deadlines.TRANSFERRED_NOTICE, xf(23, "第三款"), _DECLINED, approval=True,
         needs=_DECLINE_NEEDS, grounds=_AGAIN),
)  # fmt: skip

# 办理 (第二十九条至第三十四条). Mediation and hearings do not stop the 60 days: 第三十三条 and 第三十四条 do not say so.
_HANDLING: tuple[Step, ...] = (
    Step((S.ACCEPTED,), A.HANDLE, S.HANDLING, R.ORGAN, None, xf(31, "第（六）项"), "办理单位正在听取陈述、调查核实。", (T.OPINION,)),
    Step((S.ACCEPTED,), A.HANDLE, S.HANDLING, R.ORGAN, None, xf(31), "办理单位正在按这类事项自己的程序办理。", (T.OTHER,)),
    Step((S.ACCEPTED,), A.HANDLE, S.HANDLING, R.ORGAN, None, xf(29, "第一款"), "有权处理的单位正在研究论证您的建议。", (T.SUGGESTION,)),
    Step((S.ACCEPTED,), A.HANDLE, S.HANDLING, R.ORGAN, None, xf(30, "第一款"), "有权处理的机关正在依规依纪依法办理。", (T.REPORT,)),
    Step(TAKEN, A.REFER_MEDIATION, None, R.ORGAN, None, xf(33), "经双方同意，已转入调解。", CLAIM, needs=("mediator", "consented_on")),
    Step(TAKEN, A.RECORD_MEDIATION, None, R.ORGAN, None, xf(33), "调解、和解的结果已记下。", CLAIM, needs=("outcome",)),
    Step((S.HANDLING, S.EXTENDED), A.HOLD_HEARING, None, R.ORGAN, None, xf(31, "第（六）项"), "已举行听证。", (T.OPINION,)),
    Step((S.HANDLING,), A.EXTEND, S.EXTENDED, R.ORGAN, deadlines.HANDLING, xf(34), "经负责人批准延长办理期限，理由已告知您。",
         (T.OPINION,), approval=True, needs=("reason",)),
    Step((S.HANDLING,), A.REPLY, S.REPLIED, R.ORGAN, deadlines.HANDLING, xf(34), "处理意见书已出具。", (T.OPINION,), needs=("outcome",)),
    Step((S.EXTENDED,), A.REPLY, S.REPLIED, R.ORGAN, deadlines.EXTENSION, xf(34), "处理意见书已出具。", (T.OPINION,), needs=("outcome",)),
    # EXTENDED is left this way too by a petition that was classified anew after the extension.
    Step((S.HANDLING, S.EXTENDED), A.REPLY, S.REPLIED, R.ORGAN, None, xf(31), "办理单位已答复。", (T.OTHER,)),
    Step((S.HANDLING, S.EXTENDED), A.REPLY, S.REPLIED, R.ORGAN, None, xf(29, "第一款"), "对您的建议，已答复研究论证的结果。", (T.SUGGESTION,)),
    Step((S.HANDLING, S.EXTENDED), A.REPLY, S.REPLIED, R.ORGAN, None, xf(30, "第一款"), "对您反映的问题，有权处理的机关已反馈。", (T.REPORT,)),
)  # fmt: skip

# 复查、复核 (第三十五条、第三十六条): of the handling opinions of branch (6) alone.
_REVIEWS: tuple[Step, ...] = (
    Step((S.REPLIED,), A.REQUEST_REVIEW, S.REVIEWING, R.PETITIONER, deadlines.REVIEW_REQUEST, xf(35), "复查请求已提出。",
         (T.OPINION,), HIGHER),
    Step((S.REPLIED,), A.DELIVER, None, R.ORGAN, None, xf(35), f"书面答复已送达。{deadlines.REVIEW_REQUEST.told}", (T.OPINION,)),
    Step((S.REVIEWING,), A.REVIEW, S.REVIEWED, R.REVIEWER, deadlines.REVIEW, xf(35), "复查意见已作出。", (T.OPINION,)),
    Step((S.REVIEWED,), A.REQUEST_RECHECK, S.RECHECKING, R.PETITIONER, deadlines.RECHECK_REQUEST, xf(36, "第一款"), "复核请求已提出。",
         (T.OPINION,), HIGHEST),
    Step((S.REVIEWED,), A.DELIVER, None, R.REVIEWER, None, xf(36, "第一款"), f"复查意见已送达。{deadlines.RECHECK_REQUEST.told}",
         (T.OPINION,)),
    Step((S.RECHECKING,), A.HOLD_HEARING, None, R.RECHECKER, None, xf(36, "第二款"), "已举行听证，听证所需时间不计算在复核期限内。",
         (T.OPINION,)),
    Step((S.RECHECKING,), A.RECHECK, S.RECHECKED, R.RECHECKER, deadlines.RECHECK, xf(36, "第一款"), "复核意见已作出。", (T.OPINION,)),
)  # fmt: skip

_END = "信访程序到此结束。"
_ENDING: tuple[Step, ...] = (
    Step((S.GUIDED,), A.CONCLUDE, S.CONCLUDED, R.OFFICE, None, xf(31), "已引导到法定途径，" + _END, approval=True),
    Step((S.DECLINED,), A.CONCLUDE, S.CONCLUDED, R.OFFICE, None, xf(23), _END, approval=True),
    Step((S.REPLIED,), A.CONCLUDE, S.CONCLUDED, R.OFFICE, None, xf(35), "在期限内没有申请复查，" + _END, (T.OPINION,), approval=True),
    Step((S.REPLIED,), A.CONCLUDE, S.CONCLUDED, R.OFFICE, None, xf(31), "已经答复，" + _END, (T.OTHER,), approval=True),
    Step((S.REPLIED,), A.CONCLUDE, S.CONCLUDED, R.OFFICE, None, xf(29, "第一款"), "已经答复，谢谢您的建议。", (T.SUGGESTION,),
        approval=True),
    Step((S.REPLIED,), A.CONCLUDE, S.CONCLUDED, R.OFFICE, None, xf(30, "第一款"), "已经反馈，" + _END, (T.REPORT,), approval=True),
    Step((S.REVIEWED,), A.CONCLUDE, S.CONCLUDED, R.OFFICE, None, xf(36, "第一款"), "在期限内没有申请复核，" + _END, (T.OPINION,),
        approval=True),
    Step((S.RECHECKED,), A.CONCLUDE, S.CONCLUDED, R.OFFICE, None, xf(36, "第三款"),
        "信访程序到此结束：同一事实和理由不再受理；生活有困难的，可以申请救助帮扶。", (T.OPINION,), approval=True),
)  # fmt: skip

_CITIZEN: tuple[Step, ...] = (
    Step((*UNANSWERED, S.GUIDED, S.DECLINED), A.WITHDRAW, S.WITHDRAWN, R.PETITIONER, None, xf(17), "已按您的意思撤回。", NO_REPORT, OFFICE),
    # What a report tells of is looked into for the public's sake, whoever no longer stands by it.
    Step((*UNANSWERED, S.GUIDED, S.DECLINED), A.WITHDRAW, S.WITHDRAWN, R.PETITIONER, None, xf(17),
         "已按您的意思撤回；反映的问题，有权机关仍然可以依规依纪依法处理。", (T.REPORT,), OFFICE),
    Step(RUNNING, A.SUPPLEMENT, None, R.PETITIONER, None, xf(19, "第一款"), "补充的材料已附入。", to_whom=OFFICE),
    Step(RUNNING, A.REMIND, None, R.PETITIONER, None, xf(28, "第一款"), "已提醒办理单位。", to_whom=OFFICE),
    Step(SUPERVISED, A.RATE, None, R.PETITIONER, None, xf(21, "第二款"), "评价已记下。", to_whom=OFFICE),
    Step((S.REPLIED, S.REVIEWED, S.RECHECKED, S.CONCLUDED), A.UNSOLVED, None, R.PETITIONER, None, xf(40, "第一款"),
         "已记下：答复了，但问题没有解决。信访部门会核对要不要督办。", to_whom=OFFICE),
)  # fmt: skip

_WATCHING: tuple[Step, ...] = (
    Step(SUPERVISED, A.SUPERVISE, None, R.OFFICE, None, xf(40, "第一款"), "信访部门已督办。", needs=("reason",)),
    Step(UNANSWERED, A.MERGE, None, R.OFFICE, None, xf(19, "第三款"), "这件事和您先前提出的是同一件，已并在一起办理。"),
    Step(UNANSWERED, A.UNMERGE, None, R.OFFICE, None, xf(22, "第一款"), "这件事已分开，单独办理。"),
)  # fmt: skip

CHAPTERS: tuple[tuple[str, tuple[Step, ...]], ...] = (
    ("登记和分流", _ROUTING), ("受理", _ACCEPTING), ("办理", _HANDLING), ("复查和复核", _REVIEWS), ("终结", _ENDING),
    ("信访人可以做的", _CITIZEN), ("督办和并案", _WATCHING),
)  # fmt: skip
LIFECYCLE: tuple[Step, ...] = tuple(step for _, steps in CHAPTERS for step in steps)


def missing_details(step: Step, details: Mapping[str, object]) -> tuple[str, ...]:
    """What the act lacks; after a recheck there is no organ left to name (第三十六条第三款)."""
    over = details.get("ground") == Ground.AFTER_RECHECK
    return tuple(name for name in step.needs if not details.get(name) and not (over and name == "competent_body"))


def check_details(step: Step, details: Mapping[str, object]) -> None:
    """Raises NotComplete with what is missing, NotAllowed for a ground or an outcome that the law does not know here."""
    if missing := missing_details(step, details):
        raise NotComplete(slots=missing)
    grounds = [str(ground) for ground in step.grounds]
    outcomes = [str(outcome) for outcome in Outcome] if step.act is Act.REPLY and step.needs else []
    for name, known in (("ground", grounds), ("outcome", outcomes)):
        if known and str(details[name]) not in known:
            raise NotAllowed(act=str(step.act), citation=step.citation.text, **{name: str(details[name])})
