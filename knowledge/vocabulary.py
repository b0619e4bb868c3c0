"""The names that `deadlines` may use, one name a thing: what is done (act) and from which event the time runs (from)."""

from __future__ import annotations

ACTS: dict[str, str] = {
    "register-and-forward": "登记并转送、交办",
    "notify": "书面告知",
    "object-to-transfer": "对转送提出异议",
    "handle": "办结",
    "extend": "延期",
    "request-review": "请求复查",
    "review": "复查",
    "request-recheck": "请求复核",
    "recheck": "复核",
    "apply-reconsideration": "申请行政复议",
    "sue-administrative": "提起行政诉讼",
    "appeal": "上诉",
    "apply-retrial": "申请再审",
}

EVENTS: dict[str, str] = {
    "received-by-petition-office": "信访部门收到信访事项",
    "received-by-organ": "有关单位直接收到信访事项",
    "received-by-handling-organ": "办理单位收到转送、交办的事项",
    "accepted": "受理",
    "handling-limit-end": "原办理期限届满",
    "received-written-reply": "信访人收到书面答复",
    "received-review-request": "复查机关收到复查请求",
    "received-review-reply": "信访人收到复查的书面答复",
    "received-recheck-request": "复核机关收到复核请求",
    "knew-of-administrative-act": "知道或者应当知道行政行为",
    "judgment-served": "判决书送达",
    "judgment-effective": "判决、裁定发生法律效力",
}
