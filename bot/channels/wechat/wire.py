"""The wire format of the platform: what comes is checked, decrypted and read; what goes back is written and encrypted.

wechatpy knows the format; what it leaves unchecked (time, padding, size, shape, constant-time comparison) is checked here.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from xml.parsers import expat

import xmltodict
from wechatpy.crypto.base import WeChatCipher
from wechatpy.crypto.pkcs7 import PKCS7Encoder
from wechatpy.parser import parse_message
from wechatpy.replies import ImageReply, TextReply
from wechatpy.utils import WeChatSigner

from bot.channels.wechat.faults import Forged, PlainRefused, Stale, TooLarge, Unreadable, WireFault
from bot.channels.wechat.inbound import Inbound, InboundKind, TemplateChoice, inbound_of

__all__ = [
    "Account", "Forged", "Inbound", "InboundKind", "Mode", "PlainRefused", "Stale", "TemplateChoice", "TooLarge",
    "Unreadable", "WireFault", "passive_image", "passive_text", "read", "verify_url",
]  # fmt: skip

FRESH_SECONDS = 300
LARGEST_BODY = 64 * 1024
DEEPEST = 8  # the platform's own messages have five levels
BLOCK = 32  # PKCS7 blocks of the platform are twice those of AES
RANDOM_LENGTH = 16
LENGTH_AT = slice(RANDOM_LENGTH, RANDOM_LENGTH + 4)
KEY_LENGTH = 43
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOT_PARSED = (expat.ExpatError, KeyError, TypeError, AttributeError, ValueError)
ENVELOPE = (
    "<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
    "<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
)

Query = Mapping[str, str]


class Mode(StrEnum):
    """How messages travel: encrypted (安全模式), or open (明文模式)."""

    SAFE = "safe"
    PLAIN = "plain"


@dataclass(frozen=True)
class Account:
    """An official account as its settings page shows it; ValueError where a part is missing."""

    appid: str
    token: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    mode: Mode = Mode.SAFE

    def __post_init__(self) -> None:
        if not self.appid or not self.token:
            raise ValueError("an account needs its appid and its token")
        if self.mode is Mode.SAFE and not re.fullmatch(f"[A-Za-z0-9+/]{{{KEY_LENGTH}}}", self.aes_key):
            raise ValueError(f"safe mode needs the EncodingAESKey: {KEY_LENGTH} letters and digits")

    @property
    def key(self) -> bytes:
        """The 32 bytes of the AES key."""
        return base64.b64decode(self.aes_key + "=")


def verify_url(account: Account, query: Query, now: datetime | None = None) -> str:
    """What the platform wants to read back when an office enters our address; its age is checked where `now` is given."""
    _check_signature(account, query, query.get("signature", ""))
    if now is not None:
        _check_fresh(query, now)
    return query.get("echostr", "")


def read(account: Account, query: Query, body: bytes, now: datetime) -> Inbound:
    """The message in a body that the platform posted; a WireFault says why there is none."""
    if len(body) > LARGEST_BODY:
        raise TooLarge
    if account.mode is Mode.PLAIN:
        _check_signature(account, query, query.get("signature", ""))
        _check_fresh(query, now)
        return _inbound(_checked_xml(body))
    encrypted = _encrypted(query, body)
    _check_signature(account, query, query.get("msg_signature", ""), encrypted)
    _check_fresh(query, now)
    return _inbound(_checked_xml(_decrypt(account, encrypted)))


def passive_text(account: Account, inbound: Inbound, text: str, now: datetime) -> bytes:
    """The body that answers a message with a text."""
    return _answer(account, TextReply(content=_inside(text), **_addressed(inbound, now)), now)


def passive_image(account: Account, inbound: Inbound, media_id: str, now: datetime) -> bytes:
    """The body that answers a message with an image that was uploaded before."""
    return _answer(account, ImageReply(image=_inside(media_id), **_addressed(inbound, now)), now)


# --- checking ----------------------------------------------------------------------------------------------------------------------


def _sign(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*(part.encode("utf-8", "replace") for part in parts))
    return str(signer.signature)


def _check_signature(account: Account, query: Query, given: str, *more: str) -> None:
    made = _sign(account.token, query.get("timestamp", ""), query.get("nonce", ""), *more)
    if not hmac.compare_digest(made.encode(), given.encode("utf-8", "replace")):
        raise Forged("signature")


def _check_fresh(query: Query, now: datetime) -> None:
    stamp = query.get("timestamp", "")
    if not re.fullmatch(r"[0-9]{1,12}", stamp) or abs(now.timestamp() - int(stamp)) > FRESH_SECONDS:
        raise Stale


# --- reading -----------------------------------------------------------------------------------------------------------------------


def _encrypted(query: Query, body: bytes) -> str:
    """The cipher text of a body in safe mode."""
    if query.get("encrypt_type") != "aes":
        raise PlainRefused
    fields = xmltodict.parse(_checked_xml(body)).get("xml")
    if not isinstance(fields, dict):
        raise Unreadable("xml")
    encrypted = fields.get("Encrypt")
    if encrypted is None:
        raise PlainRefused
    if not isinstance(encrypted, str):
        raise Unreadable("Encrypt")
    return encrypted


def _decrypt(account: Account, encrypted: str) -> bytes:
    try:
        plain: bytes = WeChatCipher(account.key).decrypt(base64.b64decode(encrypted, validate=True))
    except (binascii.Error, ValueError):
        raise Unreadable("cipher text") from None
    content = _unpadded(plain)
    end = LENGTH_AT.stop + int.from_bytes(content[LENGTH_AT], "big")
    if len(content) < LENGTH_AT.stop or end > len(content):
        raise Unreadable("length")
    if not hmac.compare_digest(content[end:], account.appid.encode()):
        raise Forged("appid")
    return content[LENGTH_AT.stop : end]


def _unpadded(plain: bytes) -> bytes:
    count = plain[-1] if plain else 0
    if not 1 <= count <= BLOCK or plain[-count:] != bytes([count]) * count:
        raise Unreadable("padding")
    return plain[:-count]


def _checked_xml(body: bytes) -> str:
    """UTF-8 without a document type (no entities, no XML bomb) and without deep nesting; a citizen may write `<!DOCTYPE`."""
    depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Unreadable("too deep")

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*args: object) -> None:
        raise Unreadable("document type")

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    try:
        text = body.decode("utf-8")
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError):
        raise Unreadable("not XML in UTF-8") from None
    return text


def _inbound(xml: str) -> Inbound:
    """wechatpy's reading; what it has no attribute for (`bizmsgmenuid`, newer events) stands in its fields only."""
    try:
        fields = parse_message(xml)._data
    except NOT_PARSED as fault:
        raise Unreadable(type(fault).__name__) from None
    return inbound_of(fields)


# --- writing -----------------------------------------------------------------------------------------------------------------------


def _addressed(inbound: Inbound, now: datetime) -> dict[str, object]:
    """From the account to the citizen."""
    return {"source": _inside(inbound.to), "target": _inside(inbound.openid), "time": int(now.timestamp())}


def _inside(text: str) -> str:
    """A text that can stand in a CDATA section: its end is split over two, and what XML does not know is left out."""
    return NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")


def _answer(account: Account, reply: TextReply | ImageReply, now: datetime) -> bytes:
    xml = str(reply.render())
    if account.mode is Mode.PLAIN:
        return xml.encode()
    encrypted = _encrypt(account, xml.encode())
    stamp, nonce = str(int(now.timestamp())), str(secrets.randbelow(10**10))
    signature = _sign(account.token, stamp, nonce, encrypted)
    return ENVELOPE.format(encrypted=encrypted, signature=signature, stamp=stamp, nonce=nonce).encode()


def _encrypt(account: Account, xml: bytes) -> str:
    content = secrets.token_bytes(RANDOM_LENGTH) + len(xml).to_bytes(4, "big") + xml + account.appid.encode()
    padded = PKCS7Encoder.encode(content)
    return base64.b64encode(WeChatCipher(account.key).encrypt(padded)).decode()
