"""A message or an event of a citizen, as the rest of the house sees it, made of the fields that the platform sent."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bot.channels.wechat.faults import Unreadable

LATEST = 253_402_300_799  # the end of the year 9999
LONGEST_ID = 20
ACCEPTED = "accept"

Fields = Mapping[str, Any]


class InboundKind(StrEnum):
    """What came; UNKNOWN is answered politely, never refused."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    SHORT_VIDEO = "shortvideo"
    LOCATION = "location"
    LINK = "link"
    FILE = "file"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    SCAN = "scan"
    CLICK = "click"
    VIEW = "view"
    POSITION = "position"  # reported by the phone by itself, not sent by the citizen
    CODE_SCANNED = "code-scanned"
    PICKER = (
        "picker"  # a picker of photos or places was opened from the menu: what was picked comes as a message of its own
    )
    TEMPLATE_SENT = "template-sent"
    TEMPLATE_CHOICE = "template-choice"
    UNKNOWN = "unknown"


MESSAGES = {
    "text": InboundKind.TEXT,
    "image": InboundKind.IMAGE,
    "voice": InboundKind.VOICE,
    "video": InboundKind.VIDEO,
    "shortvideo": InboundKind.SHORT_VIDEO,
    "location": InboundKind.LOCATION,
    "link": InboundKind.LINK,
    "file": InboundKind.FILE,
}
EVENTS = {
    "subscribe": InboundKind.SUBSCRIBE,
    "unsubscribe": InboundKind.UNSUBSCRIBE,
    "scan": InboundKind.SCAN,
    "click": InboundKind.CLICK,
    "view": InboundKind.VIEW,
    "view_miniprogram": InboundKind.VIEW,
    "location": InboundKind.POSITION,
    "scancode_push": InboundKind.CODE_SCANNED,
    "scancode_waitmsg": InboundKind.CODE_SCANNED,
    "pic_sysphoto": InboundKind.PICKER,
    "pic_photo_or_album": InboundKind.PICKER,
    "pic_weixin": InboundKind.PICKER,
    "location_select": InboundKind.PICKER,
    "templatesendjobfinish": InboundKind.TEMPLATE_SENT,
    "subscribe_msg_sent_event": InboundKind.TEMPLATE_SENT,
    "subscribe_msg_popup_event": InboundKind.TEMPLATE_CHOICE,
    "subscribe_msg_change_event": InboundKind.TEMPLATE_CHOICE,
}
EVENT_NAMES = {"subscribe_scan": "subscribe", "subscribe_scan_product": "subscribe"}  # wechatpy's own
PLACES = {InboundKind.LOCATION: ("Location_X", "Location_Y"), InboundKind.POSITION: ("Latitude", "Longitude")}
CHOICE_LISTS = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent")


@dataclass(frozen=True)
class TemplateChoice:
    """Whether a citizen wants the notices of one template."""

    template_id: str
    accepted: bool


@dataclass(frozen=True, repr=False)
class Inbound:
    """One message or event. `openid` and `key` stay inside the adapter; only their keyed indexes are stored."""

    key: str
    openid: str
    to: str
    at: datetime
    kind: InboundKind
    text: str = ""
    media_id: str = ""
    pic_url: str = ""
    media_format: str = ""
    recognition: str = ""
    latitude: float | None = None
    longitude: float | None = None
    label: str = ""
    event: str = ""
    event_key: str = ""
    menu_id: str = ""
    url: str = ""
    title: str = ""
    status: str = ""
    sent_id: str = ""
    choices: tuple[TemplateChoice, ...] = ()

    def __repr__(self) -> str:
        return f"<Inbound {self.kind}>"


def inbound_of(fields: Fields) -> Inbound:
    """The message that these fields say; Unreadable where they say none."""
    event = _event(fields)
    kind = _kind(fields, event)
    inbound = Inbound(
        key=_key(fields, event),
        openid=_needed(fields, "FromUserName"),
        to=_needed(fields, "ToUserName"),
        at=_moment(fields),
        kind=kind,
        event=event,
    )
    return inbound if kind is InboundKind.UNKNOWN else _with_content(inbound, fields)


def _with_content(inbound: Inbound, fields: Fields) -> Inbound:
    """What is said by a message of a known shape; of others nothing is read, so that none is refused."""
    kind = inbound.kind
    latitude, longitude = _place(fields, kind)
    return replace(
        inbound,
        text=_text(fields, kind),
        media_id=_word(fields, "MediaId"),
        pic_url=_word(fields, "PicUrl"),
        media_format=_word(fields, "Format").lower(),
        recognition=_word(fields, "Recognition"),
        latitude=latitude,
        longitude=longitude,
        label=_word(fields, "Label"),
        event_key=_event_key(fields, kind),
        menu_id=_word(fields, "bizmsgmenuid"),
        url=_word(fields, "Url"),
        title=_word(fields, "Title"),
        status=_word(fields, "Status"),
        sent_id=_word(fields, "MsgID"),
        choices=_choices(fields),
    )


def _word(fields: Fields, name: str) -> str:
    """A field that holds text, or is absent; one that comes twice or holds other elements is no message."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(name)
    return value


def _needed(fields: Fields, name: str) -> str:
    value = _word(fields, name)
    if not value:
        raise Unreadable(name)
    return value


def _event(fields: Fields) -> str:
    """The name of an event, empty for a message."""
    if _needed(fields, "MsgType").lower() != "event":
        return ""
    name = _needed(fields, "Event").lower()
    return EVENT_NAMES.get(name, name)


def _kind(fields: Fields, event: str) -> InboundKind:
    if event:
        return EVENTS.get(event, InboundKind.UNKNOWN)
    return MESSAGES.get(_word(fields, "MsgType").lower(), InboundKind.UNKNOWN)


def _key(fields: Fields, event: str) -> str:
    """What the platform's repetitions of one message have in common; an event has no MsgId of its own."""
    message = _word(fields, "MsgId")
    if message and not event:
        if not re.fullmatch(f"[0-9]{{1,{LONGEST_ID}}}", message):
            raise Unreadable("MsgId")
        return f"message {message}"
    what = event or _word(fields, "MsgType").lower()
    return "\0".join(("event", _word(fields, "FromUserName"), _word(fields, "CreateTime"), what, _raw_key(fields)))


def _moment(fields: Fields) -> datetime:
    stamp = _needed(fields, "CreateTime")
    if not re.fullmatch("[0-9]{1,12}", stamp) or int(stamp) > LATEST:
        raise Unreadable("CreateTime")
    return datetime.fromtimestamp(int(stamp), UTC)


def _text(fields: Fields, kind: InboundKind) -> str:
    """What the citizen wrote, what a scanned code says, or what a link or a file is about."""
    if kind is InboundKind.CODE_SCANNED:
        return _word(_inner(fields, "ScanCodeInfo"), "ScanResult")
    if kind in (InboundKind.LINK, InboundKind.FILE):
        return _word(fields, "Description")
    return _word(fields, "Content")


def _raw_key(fields: Fields) -> str:
    key = fields.get("EventKey")
    return key if isinstance(key, str) else ""


def _event_key(fields: Fields, kind: InboundKind) -> str:
    """The key of a menu item, or the scene of the code that was scanned."""
    key = _raw_key(fields)
    return key.removeprefix("qrscene_") if kind is InboundKind.SUBSCRIBE else key


def _place(fields: Fields, kind: InboundKind) -> tuple[float | None, float | None]:
    if kind not in PLACES:
        return None, None
    north, east = PLACES[kind]
    return _degrees(fields, north, 90), _degrees(fields, east, 180)


def _degrees(fields: Fields, name: str, most: int) -> float:
    try:
        value = float(_needed(fields, name))
    except ValueError:
        raise Unreadable(name) from None
    if not math.isfinite(value) or abs(value) > most:
        raise Unreadable(name)
    return value


def _choices(fields: Fields) -> tuple[TemplateChoice, ...]:
    listed = [_inner(fields, name).get("List") for name in CHOICE_LISTS]
    items = [each for some in listed if some for each in (some if isinstance(some, list) else [some])]
    if not all(isinstance(each, Mapping) for each in items):
        raise Unreadable("List")
    return tuple(
        TemplateChoice(_needed(each, "TemplateId"), _word(each, "SubscribeStatusString") == ACCEPTED) for each in items
    )


def _inner(fields: Fields, name: str) -> Fields:
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Unreadable(name)
    return value
