"""What a citizen does in WeChat, as the XML that the account's server is sent."""

from __future__ import annotations

import itertools
import secrets
import time
from dataclasses import dataclass, field

Fields = dict[str, "str | Fields"]
FIRST_ID = 23_000_000_000_000_000
_ids = itertools.count(FIRST_ID + secrets.randbits(40))


@dataclass(frozen=True)
class Message:
    """One message or event; sending it again sends the same MsgId and CreateTime."""

    openid: str
    kind: str
    fields: Fields = field(default_factory=dict, repr=False)
    at: int = field(default_factory=lambda: int(time.time()))
    id: str = field(default_factory=lambda: str(next(_ids)))

    @property
    def is_event(self) -> bool:
        return self.kind == "event"

    @property
    def opens(self) -> str:
        """Which window for customer-service messages it opens: "said", "clicked" or none."""
        if not self.is_event:
            return "said"
        return "clicked" if self.fields.get("Event") in ("CLICK", "subscribe", "SCAN") else ""

    def xml(self, account: str) -> str:
        """As the platform writes it; an event has no MsgId."""
        head: Fields = {
            "ToUserName": account,
            "FromUserName": self.openid,
            "CreateTime": str(self.at),
            "MsgType": self.kind,
        }
        tail: Fields = {} if self.is_event else {"MsgId": self.id}
        return written("xml", {**head, **self.fields, **tail})


def written(name: str, value: str | Fields) -> str:
    """An element; a text stands in CDATA, whose end is split over two."""
    if isinstance(value, dict):
        return f"<{name}>{''.join(written(each, inside) for each, inside in value.items())}</{name}>"
    return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"


def text(openid: str, content: str, menu_id: str = "") -> Message:
    return Message(openid, "text", {"Content": content, **({"bizmsgmenuid": menu_id} if menu_id else {})})


def image(openid: str, media_id: str) -> Message:
    return Message(openid, "image", {"PicUrl": "http://mmbiz.qpic.cn/simulated/0", "MediaId": media_id})


def voice(openid: str, media_id: str, recognition: str = "") -> Message:
    heard: Fields = {"Recognition": recognition} if recognition else {}
    return Message(openid, "voice", {"MediaId": media_id, "Format": "amr", **heard})


def video(openid: str, media_id: str, kind: str = "video") -> Message:
    return Message(openid, kind, {"MediaId": media_id, "ThumbMediaId": "thumb"})


def location(openid: str, north: float, east: float, label: str) -> Message:
    place: Fields = {"Location_X": f"{north:.6f}", "Location_Y": f"{east:.6f}", "Scale": "16", "Label": label}
    return Message(openid, "location", place)


def link(openid: str, title: str, url: str) -> Message:
    return Message(openid, "link", {"Title": title, "Description": "", "Url": url})


def file(openid: str, media_id: str, title: str) -> Message:
    return Message(openid, "file", {"Title": title, "Description": "", "MediaId": media_id})


def event(openid: str, name: str, **fields: str) -> Message:
    return Message(openid, "event", {"Event": name, **fields})


def click(openid: str, key: str) -> Message:
    return event(openid, "CLICK", EventKey=key)


def follow(openid: str, scene: str = "") -> Message:
    return event(openid, "subscribe", EventKey=f"qrscene_{scene}" if scene else "")


def unfollow(openid: str) -> Message:
    return event(openid, "unsubscribe", EventKey="")


def scan(openid: str, scene: str) -> Message:
    return event(openid, "SCAN", EventKey=scene, Ticket="simulated")


def make_openid() -> str:
    """Twenty-eight characters, as the platform's own."""
    return "o" + secrets.token_hex(14)[:27]
