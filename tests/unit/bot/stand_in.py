"""A stand-in for the dialogue engine that speaks the protocol of engine/gateway.py, in a test or as a process.

python -m tests.unit.bot.stand_in PORT SECRET
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

Json = dict[str, Any]
SPENT = {"nlu": 3.5, "policy": 1.0, "action": 4.0, "store": 0.5}
LAW = {"law": "xinfang-2022", "title": "信访工作条例", "article": 34, "clause": "第一款"}
CITATION = {**LAW, "checked_on": "2026-11-20", "effective_from": "2022-05-01"}
YES_NO = [{"title": "内容没错，提交", "payload": "/affirm"}, {"title": "有地方要改", "payload": "/deny"}]
REMIND = {
    "act": "remind",
    "title": "催办",
    "until": None,
    "to": "登记的信访部门",
    "citation": "《信访工作条例》第二十一条",
}
ROADMAP = {
    "stage": "accepted",
    "stages": [
        {"id": "registered", "title": "已登记", "state": "done", "on": "2026-11-02", "due": None},
        {"id": "forwarded", "title": "已转送", "state": "done", "on": "2026-11-10", "due": None},
        {"id": "accepted", "title": "已受理", "state": "now", "on": "2026-11-18", "due": None},
        {"id": "replied", "title": "已答复", "state": "next", "on": None, "due": "2027-01-17"},
    ],
    "rights": [
        {
            "act": "remind",
            "title": "催办",
            "until": None,
            "to": "登记的信访部门",
            "citation": "《信访工作条例》第二十一条",
        }
    ],
}
CASE = {
    "number": "QH20261102-0001",
    "stage": "accepted",
    "due": "2027-01-17",
    "days_left": 57,
    "history": [{"on": "2026-11-02", "event": "register", "title": "登记", "by": "office"}],
}
ANSWER = {
    "kind": "answer",
    "text": "一般60天。\n· 情况复杂的，可以延长，最多再加30天。\n依据：《信访工作条例》第三十四条第一款",
    "topic": "petition.deadlines",
    "citations": [CITATION],
    "buttons": [
        {"title": "到期没答复怎么办", "payload": '/ask{"topic": "petition.overdue"}'},
        {"title": "我要反映", "payload": "/file"},
    ],
}
SUMMARY = {
    "kind": "summary",
    "text": "请您核对：\n姓名：马**\n联系电话：139****0001\n请求：请付清拖欠的工资\n都对的话，请点“提交”。",
    "asks": "confirm",
    "draft": {"name": "马**", "phone": "139****0001", "request": "请付清拖欠的工资"},
    "buttons": YES_NO,
}
RECEIPT = {
    "kind": "receipt",
    "text": "已经登记好了，请记下编号和查询码。",
    "receipt": {"number": "QH20261121-0007", "query_code": "7K2M-9QXD-4T0B", "filed_at": "2026-11-21T04:00:00+00:00"},
}
STATUS = {"kind": "status", "text": "您的事已经受理，正在办。", "case": CASE, "roadmap": ROADMAP}
SAFETY = {"kind": "safety", "text": "您先保证自己平安。有危险请马上打110，要救护车打120。"}
HANDOFF = {"kind": "handoff", "text": "工作人员在接待大厅1号窗口，也可以打0000-12345678。"}
KEPT = {
    "kind": "notice",
    "text": "好，给您留着了，留到2026年12月21日。续填码是D-7K3M-9QXD。",
    "resume": {"code": "D-7K3M-9QXD", "until": "2026-12-21"},
}
SCRIPT: tuple[tuple[str, Json], ...] = (
    ("多少天|几天", ANSWER),
    ("核对", SUMMARY),
    ("/affirm", RECEIPT),
    ("进度|/status", STATUS),
    ("不想活", SAFETY),
    ("/handoff", HANDOFF),
    ("先放着", KEPT),
)


def answer_to(said: str) -> Json:
    found = next((reply for pattern, reply in SCRIPT if re.search(pattern, said)), None)
    return found or {"kind": "unknown", "text": f"我听到了：{said}"}


@dataclass
class StandIn:
    """What it heard, whom it forgot, and how it behaves."""

    secret: str
    heard: list[Json] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    status: int = 200
    body: Any = None

    def app(self) -> FastAPI:
        """The two calls of the gateway channel and its health."""
        app = FastAPI()

        @app.get("/webhooks/gateway/")
        async def health() -> Json:
            return {"status": "ok"}

        @app.post("/webhooks/gateway/messages")
        async def messages(request: Request) -> Response:
            return await self.hear(request)

        @app.delete("/webhooks/gateway/conversations/{conversation}")
        async def forget(conversation: str) -> Response:
            self.forgotten.append(conversation)
            return Response(status_code=self.status if self.status != 200 else 204)

        return app

    async def hear(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.secret}":
            return JSONResponse({"error": "wrong secret"}, 401)
        message = await request.json()
        self.heard.append(message)
        if self.status != 200:
            return JSONResponse({"error": "0123456789ab"}, self.status)
        if self.body is not None:
            return Response(self.body, media_type="application/json")
        said = message.get("payload") or message["text"]
        return JSONResponse({"replies": [answer_to(said)], "spent_ms": SPENT})


if __name__ == "__main__":
    uvicorn.run(StandIn(sys.argv[2]).app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
