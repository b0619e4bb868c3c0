"""The rates of the petition work (及时受理率, 按期办结率, 参评率, 满意率, 一次性化解率): each defined once, in words and by its statement.

Every definition counts cases: a numerator and a denominator, over one period and whatever office, body, matter or door is asked for. A rate
is shown with both; there is none of a person. What cannot be judged yet (its last day has not come) is in neither. docs/rates.md is written
from this table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import case, func, select

from cases import rates_sql
from cases.database import UnitOfWork
from cases.rates_sql import Counted, Scope
from petition import deadlines

NO_DATA = "没有数据"


class RateId(StrEnum):
    """The rates; those two that office and organ answer for apart are two."""

    TIMELY_ROUTING = "timely-routing"
    TIMELY_ACCEPTANCE = "timely-acceptance"
    ON_TIME = "on-time"
    PARTICIPATION = "participation"
    SATISFACTION_OFFICE = "satisfaction-office"
    SATISFACTION_ORGAN = "satisfaction-organ"
    SETTLED_ONCE = "settled-once"


@dataclass(frozen=True)
class Rate:
    """A rate with its counts."""

    id: RateId
    title: str
    numerator: int
    denominator: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None without a denominator."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def text(self) -> str:
        """「92.3 %（12/13）」; never 100 % where one is missing, nor 0 % where there is one."""
        if self.share is None:
            return NO_DATA
        shown = round(1000 * self.share)
        if 0 < self.numerator < self.denominator:
            shown = min(max(shown, 1), 999)
        return f"{shown / 10:.1f} %（{self.numerator}/{self.denominator}）"


@dataclass(frozen=True)
class Definition:
    """One rate: in words, and by the statement that counts it."""

    id: RateId
    title: str
    numerator: str
    denominator: str
    basis: str
    counted: Callable[[Scope], Counted]


def rates(uow: UnitOfWork, scope: Scope, ids: Sequence[RateId] = tuple(RateId)) -> list[Rate]:
    """The rates of a scope, in the order of the table."""
    found = []
    for definition in DEFINITIONS:
        if definition.id in ids:
            each = definition.counted(scope).subquery()
            good = func.sum(case((each.c.good, 1), else_=0))
            numerator, denominator = uow.session.execute(select(good, func.count()).select_from(each)).one()
            found.append(Rate(definition.id, definition.title, int(numerator or 0), denominator))
    uow.rollback()
    return found


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        RateId.TIMELY_ROUTING, "及时受理率（信访部门）",
        f"其中在登记后{deadlines.ROUTE.text}内已经转送、交办、引导到法定途径，或者由本单位告知受理、不予受理的",
        f"期内登记的信访事项。还在{deadlines.ROUTE.text}以内、没有转出的不计；转出以前撤回的不计",
        "《信访工作条例》第二十二条", rates_sql.timely_routing,
    ),
    Definition(
        RateId.TIMELY_ACCEPTANCE, "及时受理率（办理单位）",
        f"其中在收到后{deadlines.TRANSFERRED_NOTICE.text}内告知受理、不予受理，或者引导到法定途径的",
        f"期内转送、交办到办理单位的信访事项（同一事项转到几个单位，算几次）。还在{deadlines.TRANSFERRED_NOTICE.text}以内、没有告知的不计；"
        "办理单位提出异议交还的、告知以前撤回的不计",
        "《信访工作条例》第二十三条第三款", rates_sql.timely_acceptance,
    ),
    Definition(
        RateId.ON_TIME, "按期办结率",
        f"其中在受理后{deadlines.HANDLING.text}内出具处理意见书的；批准延期的，加上批准的天数，最多{deadlines.EXTENSION.text}",
        "期内受理、应当出具处理意见书的申诉求决事项（第三十一条第六项）。期限没有届满、没有答复的不计；答复以前撤回或者导入其他法定途径的不计",
        "《信访工作条例》第三十四条", rates_sql.on_time,
    ),
    Definition(
        RateId.PARTICIPATION, "参评率",
        "其中信访人至少评价过一次的，评价信访部门或者办理单位都算，什么时候评价都算",
        "期内第一次有结果（答复、不予受理、引导到法定途径）的信访事项",
        "《信访工作条例》第二十一条第二款", rates_sql.participation,
    ),
    Definition(
        RateId.SATISFACTION_OFFICE, "满意率（信访部门）",
        "其中最后一次评价是满意或者基本满意的",
        "期内信访人对信访部门作出最后一次评价的信访事项；一件事评价过几次的，只算最后一次",
        "《信访工作条例》第二十一条第二款", rates_sql.satisfaction("office"),
    ),
    Definition(
        RateId.SATISFACTION_ORGAN, "满意率（办理单位）",
        "其中最后一次评价是满意或者基本满意的",
        "期内信访人对办理单位作出最后一次评价的信访事项；一件事评价过几次的，只算最后一次",
        "《信访工作条例》第二十一条第二款", rates_sql.satisfaction("organ"),
    ),
    Definition(
        RateId.SETTLED_ONCE, "一次性化解率",
        "其中没有请求复查、没有表示“答复了但没解决”，答复以后也没有就同一件事再次登记（由工作人员认定并入）的",
        f"期内第一次答复、到今天已经过了{deadlines.REVIEW_REQUEST.text}的信访事项",
        "《信访工作条例》第三十五条", rates_sql.settled_once,
    ),
)  # fmt: skip


def as_markdown() -> str:
    """docs/rates.md."""
    parts = [INTRODUCTION]
    for each in DEFINITIONS:
        parts.append(
            f"## {each.title}\n\n- 标识：`{each.id}`\n- 分母：{each.denominator}。\n- 分子：{each.numerator}。\n- 依据：{each.basis}。\n"
        )
    return "\n".join(parts)


INTRODUCTION = """# 几个比率是怎么算的

这一页由程序里的定义表（`cases/rates.py`）写出，表里每个比率旁边就是它的查询语句，测试检查两者一致。

- 每个比率都连同分子、分母一起显示，例如“92.3 %（12/13）”；分母是零的，显示“没有数据”。
- 都按件计算，不按人；不给工作人员排名，也不能按人查询。
- 可以限定：起止日期（两头都算）、登记单位、现在的办理单位、问题类别、来源（信、访、网、电）。
- 已经并入别的事项的不单独计算。还不能判断的（期限没到、事情没办）分子分母都不计，所以同一时期的数字以后还会变，到期限全部届满为止。
- 期限里的“日”是日历日，从第二天算第1天。
"""
