"""What a fault says to whoever typed the command: one line, with what fills it in."""

from __future__ import annotations

RULES = {
    "invalid-value": "填写的内容不对",
    "too-many-representatives": "代表不能超过五人",
    "not-complete": "还缺这些内容，用 --detail 名称=内容 补上",
    "not-allowed": "现在不能办这件事",
    "deadline-passed": "期限已经过了",
    "too-soon": "还没有到时间",
    "already-rated": "已经评价过了",
    "approval-missing": "要先经另一人批准",
    "same-person": "提出的人不能自己批准",
    "conflict": "事项已经有了变动，请重新查看后再办",
    "case-not-found": "没有这个编号",
}
LOST = {"ApprovalNotFound": "there is no open approval", "DayNotFound": "there is no reception day"}


def line_of(error: Exception) -> str:
    """A rule of petitioning says its code, what it means and what fills it in; everything else has a sentence."""
    if type(error).__name__ in LOST:
        return f"{LOST[type(error).__name__]} {error}"
    details, code = getattr(error, "details", None), getattr(error, "code", None)
    if not isinstance(details, dict) or not code:
        return str(error)
    said = str(details.get("told") or RULES.get(str(code), "")).rstrip("。")
    filled = "，".join(f"{name}：{_text(value)}" for name, value in details.items() if name != "told")
    return (f"{code}：{said}" if said else str(code)) + (f"（{filled}）" if filled else "")


def _text(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
