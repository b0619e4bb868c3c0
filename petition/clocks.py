"""Clocks that run on while a petition is handled: what a citizen must hear before it is too late.

Petitioning is not among the grounds that stop or extend these limits. Only the year of labour arbitration is interrupted
by a request to an authority (《劳动争议调解仲裁法》第二十七条第二款); whether a given petition counts as one is not settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from petition.citation import Citation, Law
from petition.matters import Channel, Matter


@dataclass(frozen=True)
class RunningClock:
    """A citizen's own time limit on a channel; `limit` as the statute prints it, `warning` in plain Chinese."""

    channel: Channel
    limit: str
    citation: Citation
    warning: str


_NOT_STOPPED = "法律没有把信访规定为中止或者延长的理由，请不要只等信访结果。"

CLOCKS: tuple[RunningClock, ...] = (
    RunningClock(Channel.RECONSIDERATION, "60日", Citation(Law.RECONSIDERATION, 20, "第一款"),
                 "行政复议一般要自知道决定之日起60日内申请。" + _NOT_STOPPED),
    RunningClock(Channel.ADMIN_LITIGATION, "6个月", Citation(Law.ADMIN_LITIGATION, 46),
                 "直接起诉行政机关，一般要自知道决定之日起6个月内提出。" + _NOT_STOPPED),
    RunningClock(Channel.LABOUR_ARBITRATION, "1年", Citation(Law.LABOUR_ARBITRATION, 27),
                 "劳动仲裁要自知道权利受侵害之日起一年内申请；在职期间被拖欠的工资不受此限，离职后要在一年内提出。"),
    RunningClock(Channel.LABOUR_INSPECTION, "2年", Citation(Law.LABOUR_INSPECTION, 20),
                 "违反劳动保障规定的行为2年内没有被发现、也没有被举报投诉的，劳动监察不再查处；连续的行为从结束之日起算。"),
    RunningClock(Channel.LAND_ARBITRATION, "2年", Citation(Law.LAND_ARBITRATION, 18),
                 "承包地仲裁要自知道权利受侵害之日起二年内申请。"),
    RunningClock(Channel.CIVIL_LITIGATION, "3年", Citation(Law.CIVIL_CODE, 188),
                 "向法院要求保护民事权利，一般要自知道权利受损害和对方是谁之日起三年内起诉。"),
    RunningClock(Channel.STATE_COMPENSATION, "2年", Citation(Law.STATE_COMPENSATION, 39),
                 "国家赔偿要自知道权利受侵犯之日起两年内请求，被羁押的时间不计算在内。"),
    RunningClock(Channel.ENVIRONMENT, "5年", Citation(Law.ENVIRONMENT, 1054, "第二款"),
                 "因污染要求赔偿的诉讼时效是五年，自知道受损害和责任人之日起计算。"),
)  # fmt: skip

RETRIAL = RunningClock(
    Channel.CIVIL_LITIGATION,
    "6个月",
    Citation(Law.CIVIL_PROCEDURE, 216),
    "申请再审一般要在判决、裁定生效后六个月内提出。",
)
ENFORCEMENT = RunningClock(
    Channel.CIVIL_LITIGATION, "2年", Citation(Law.CIVIL_PROCEDURE, 250), "申请强制执行要在履行期届满后二年内提出。"
)
WORK_INJURY = RunningClock(
    Channel.LABOUR_INSPECTION,
    "1年",
    Citation(Law.WORK_INJURY, 17),
    "单位不报工伤的，本人和近亲属要在事故发生之日起1年内申请认定。",
)
SANCTION_REVIEW = RunningClock(
    Channel.DISCIPLINE_REPORT,
    "1个月",
    Citation(Law.SUPERVISION, 56),
    "对监察机关处理本人的决定不服，要在收到之日起一个月内申请复审。",
)
BY_ROUTE = {
    "judgment-refused": (RETRIAL,),
    "award-or-judgment-unpaid": (ENFORCEMENT,),
    "work-injury-recognition": (WORK_INJURY,),
    "party-or-office-sanction": (SANCTION_REVIEW,),
}


def clocks_for(channels: Iterable[Channel], matter: Matter | None = None, route: str = "") -> tuple[RunningClock, ...]:
    """The warnings for these channels, in their order; a route with a clock of its own has that one instead."""
    if route in BY_ROUTE:
        return BY_ROUTE[route]
    chosen = [clock for channel in channels for clock in CLOCKS if clock.channel is channel]
    environmental = matter is Matter.ENVIRONMENT
    return tuple(clock for clock in chosen if not (environmental and clock.channel is Channel.CIVIL_LITIGATION))
