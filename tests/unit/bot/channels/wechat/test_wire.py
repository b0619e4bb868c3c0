"""The wire format: a published vector, every kind of message, and every way to be refused."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.crypto.base import WeChatCipher
from wechatpy.utils import WeChatSigner

from bot.channels.wechat.wire import (
    Account,
    Forged,
    Inbound,
    InboundKind,
    Mode,
    PlainRefused,
    Stale,
    TemplateChoice,
    TooLarge,
    Unreadable,
    WireFault,
    passive_image,
    passive_text,
    read,
    verify_url,
)

# the sample that Tencent publishes with WXBizMsgCrypt
SAMPLE = Account("wx2c2769f8efd9abc2", "spamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
SAMPLE_QUERY = {
    "timestamp": "1409735669",
    "nonce": "1320562132",
    "encrypt_type": "aes",
    "msg_signature": "5d197aaffba7e9b25a30732f161a50dee96bd5fa",
}
SAMPLE_BODY = (
    b"<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>"
    b"<FromUserName><![CDATA[oyORnuP8q7ou2gfYjqLzSIWZf0rs]]></FromUserName><CreateTime>1409735668</CreateTime>"
    b"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[abcdteT]]></Content><MsgId>6054768590064713728</MsgId>"
    b"<Encrypt><![CDATA[hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFm"
    b"OD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+"
    b"WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD"
    b"1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE=]]></Encrypt></xml>"
)
SAMPLE_NOW = datetime.fromtimestamp(1409735669, UTC)

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
PLAIN = replace(SAMPLE, mode=Mode.PLAIN)
OPENID, GH = "oTestCitizen0001", "gh_test"
HEAD = (
    f"<ToUserName><![CDATA[{GH}]]></ToUserName><FromUserName><![CDATA[{OPENID}]]></FromUserName>"
    f"<CreateTime>{STAMP}</CreateTime>"
)
TEXT = "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content><MsgId>123</MsgId>"


def sign(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def xml_of(inside: str) -> str:
    return f"<xml>{HEAD}{inside}</xml>"


def plain_query(stamp: str = STAMP) -> dict[str, str]:
    return {"timestamp": stamp, "nonce": "n", "signature": sign(PLAIN.token, stamp, "n")}


def read_plain(inside: str) -> Inbound:
    return read(PLAIN, plain_query(), xml_of(inside).encode(), NOW)


def sealed(xml: str, account: Account = SAMPLE, stamp: str = STAMP) -> tuple[dict[str, str], bytes]:
    """Query and body as the platform would send them, by wechatpy."""
    envelope = WeChatCrypto(account.token, account.aes_key, account.appid).encrypt_message(xml, "n", stamp)
    encrypted = ElementTree.fromstring(envelope).findtext("Encrypt") or ""
    return query_for(encrypted, stamp), envelope.encode()


def query_for(encrypted: str, stamp: str = STAMP) -> dict[str, str]:
    signature = sign(SAMPLE.token, stamp, "n", encrypted)
    return {"timestamp": stamp, "nonce": "n", "encrypt_type": "aes", "msg_signature": signature}


def read_cipher_text(content: bytes) -> Inbound:
    """What becomes of bytes that are encrypted as they stand and signed rightly."""
    encrypted = base64.b64encode(WeChatCipher(SAMPLE.key).encrypt(content)).decode()
    return read(SAMPLE, query_for(encrypted), f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode(), NOW)


def test_the_published_sample_is_decrypted() -> None:
    inbound = read(SAMPLE, SAMPLE_QUERY, SAMPLE_BODY, SAMPLE_NOW)
    assert (inbound.kind, inbound.text) == (InboundKind.TEXT, "abcdteT")
    assert (inbound.openid, inbound.to) == ("oyORnuP8q7ou2gfYjqLzSIWZf0rs", "gh_10f6c3c3ac5a")
    assert "6054768590064713728" in inbound.key
    assert inbound.at == SAMPLE_NOW - timedelta(seconds=1)


@pytest.mark.parametrize("text", ["您好", "a]]>b", "]]>]]>", "<a href='x'>&amp;", "一" * 600, "x\x00\x0b\ud800y"])
def test_an_answer_in_safe_mode_is_read_by_wechatpy(text: str) -> None:
    inbound = read(*_safe(TEXT), NOW)
    envelope = ElementTree.fromstring(passive_text(SAMPLE, inbound, text, NOW))
    part = {each.tag: each.text or "" for each in envelope}
    crypto = WeChatCrypto(SAMPLE.token, SAMPLE.aes_key, SAMPLE.appid)
    xml = crypto.decrypt_message({"Encrypt": part["Encrypt"]}, part["MsgSignature"], part["TimeStamp"], part["Nonce"])
    answer = ElementTree.fromstring(xml)
    assert answer.findtext("Content") == text.replace("\x00\x0b\ud800", "")
    assert (answer.findtext("ToUserName"), answer.findtext("FromUserName")) == (OPENID, GH)
    assert answer.findtext("CreateTime") == STAMP


def _safe(inside: str) -> tuple[Account, dict[str, str], bytes]:
    return (SAMPLE, *sealed(xml_of(inside)))


def test_an_image_answers_in_plain_mode() -> None:
    answer = ElementTree.fromstring(passive_image(PLAIN, read_plain(TEXT), "media-1", NOW))
    assert (answer.findtext("MsgType"), answer.findtext("Image/MediaId")) == ("image", "media-1")


def message(kind: str, inside: str = "") -> str:
    return f"<MsgType><![CDATA[{kind}]]></MsgType>{inside}<MsgId>7</MsgId>"


def event(name: str, inside: str = "") -> str:
    return f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{inside}"


def key(value: str) -> str:
    return f"<EventKey><![CDATA[{value}]]></EventKey>"


PLACE = "<Location_X>34.7</Location_X><Location_Y>111.1</Location_Y><Scale>16</Scale><Label>陕州区</Label>"
POSITION = "<Latitude>34.7</Latitude><Longitude>111.1</Longitude><Precision>40</Precision>"
SCANNED = "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>https://x/1</ScanResult></ScanCodeInfo>"
PICTURES = "<SendPicsInfo><Count>1</Count><PicList><item><PicMd5Sum>1</PicMd5Sum></item></PicList></SendPicsInfo>"
KINDS = [
    (TEXT, "text", {"text": "你好"}),
    (message("text", "<Content>二</Content><bizmsgmenuid>m2</bizmsgmenuid>"), "text", {"menu_id": "m2"}),
    (message("image", "<PicUrl>http://p</PicUrl><MediaId>m</MediaId>"), "image", {"media_id": "m", "pic_url": "http://p"}),
    (message("voice", "<MediaId>m</MediaId><Format>AMR</Format>"), "voice", {"media_format": "amr", "recognition": ""}),
    (message("voice", "<MediaId>m</MediaId><Recognition>欠薪</Recognition>"), "voice", {"recognition": "欠薪"}),
    (message("video", "<MediaId>m</MediaId>"), "video", {"media_id": "m"}),
    (message("shortvideo", "<MediaId>m</MediaId>"), "shortvideo", {"media_id": "m"}),
    (message("location", PLACE), "location", {"latitude": 34.7, "longitude": 111.1, "label": "陕州区"}),
    (message("link", "<Title>标题</Title><Url>https://x</Url>"), "link", {"title": "标题", "url": "https://x"}),
    (message("file", "<Title>合同.pdf</Title>"), "file", {"title": "合同.pdf"}),
    (event("subscribe"), "subscribe", {"event_key": ""}),
    (event("subscribe", key("qrscene_K7")), "subscribe", {"event_key": "K7", "event": "subscribe"}),
    (event("unsubscribe"), "unsubscribe", {}),
    (event("SCAN", key("K7")), "scan", {"event_key": "K7"}),
    (event("CLICK", key("status")), "click", {"event_key": "status"}),
    (event("VIEW", key("https://x")), "view", {"event_key": "https://x"}),
    (event("LOCATION", POSITION), "position", {"latitude": 34.7, "longitude": 111.1}),
    (event("scancode_waitmsg", key("scan") + SCANNED), "code-scanned", {"text": "https://x/1", "event_key": "scan"}),
    (event("pic_sysphoto", key("p") + PICTURES), "picker", {"event_key": "p"}),
    (event("TEMPLATESENDJOBFINISH", "<MsgID>9</MsgID><Status>success</Status>"), "template-sent", {"status": "success", "sent_id": "9"}),
    (event("something_new", "<Status><a>1</a></Status>"), "unknown", {"event": "something_new"}),
    (message("hologram", "<Content><a>1</a></Content>"), "unknown", {"text": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "kind", "said"), KINDS)
def test_every_kind_is_read(inside: str, kind: str, said: dict[str, object]) -> None:
    inbound = read_plain(inside)
    assert (inbound.kind, inbound.openid, inbound.at) == (InboundKind(kind), OPENID, NOW)
    assert {name: getattr(inbound, name) for name in said} == said


def test_the_choice_of_notices_is_read() -> None:
    one = "<List><TemplateId>t{}</TemplateId><SubscribeStatusString>{}</SubscribeStatusString></List>"
    both = one.format(1, "accept") + one.format(2, "reject")
    inside = event("subscribe_msg_popup_event", f"<SubscribeMsgPopupEvent>{both}</SubscribeMsgPopupEvent>")
    assert read_plain(inside).choices == (TemplateChoice("t1", True), TemplateChoice("t2", False))


def test_repetitions_have_one_key_and_other_messages_another() -> None:
    clicks = [read_plain(event("CLICK", key(each))).key for each in ("a", "a", "b")]
    assert clicks[0] == clicks[1] != clicks[2]
    assert read_plain(TEXT).key != read_plain(message("text")).key
    assert read_plain(event("TEMPLATESENDJOBFINISH", "<MsgID>9</MsgID>")).key != read_plain(message("text")).key


def test_a_message_shows_nothing_in_a_log() -> None:
    assert repr(read_plain(TEXT)) == "<Inbound text>"
    assert SAMPLE.token not in repr(SAMPLE)
    assert SAMPLE.aes_key not in repr(SAMPLE)


def refused(fault: type[WireFault], account: Account, query: dict[str, str], body: bytes, now: datetime = NOW) -> None:
    with pytest.raises(fault) as caught:
        read(account, query, body, now)
    assert OPENID not in str(caught.value)


def test_a_forged_signature_is_refused() -> None:
    query, body = sealed(xml_of(TEXT))
    refused(Forged, SAMPLE, {**query, "msg_signature": "0" * 40}, body)
    refused(Forged, SAMPLE, {**query, "msg_signature": "签名"}, body)
    refused(Forged, SAMPLE, {**query, "nonce": "other"}, body)
    refused(Forged, PLAIN, {**plain_query(), "signature": ""}, xml_of(TEXT).encode())
    refused(Forged, PLAIN, {}, xml_of(TEXT).encode())


def test_a_changed_cipher_text_is_refused() -> None:
    query, body = sealed(xml_of(TEXT))
    refused(Forged, SAMPLE, query, body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[AAAA"))


@pytest.mark.parametrize("seconds", [301, -301])
def test_a_replay_is_refused_after_five_minutes(seconds: int) -> None:
    query, body = sealed(xml_of(TEXT))
    refused(Stale, SAMPLE, query, body, NOW + timedelta(seconds=seconds))
    refused(Stale, PLAIN, plain_query(), xml_of(TEXT).encode(), NOW + timedelta(seconds=seconds))
    assert read(SAMPLE, query, body, NOW + timedelta(seconds=300)).text == "你好"


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "1e9", "9" * 13])
def test_a_time_stamp_that_is_none_is_refused(stamp: str) -> None:
    refused(Stale, PLAIN, plain_query(stamp), xml_of(TEXT).encode())


def test_a_plain_body_is_refused_in_safe_mode() -> None:
    body = xml_of(TEXT).encode()
    refused(PlainRefused, SAMPLE, plain_query(), body)
    refused(PlainRefused, SAMPLE, {**plain_query(), "encrypt_type": "aes"}, body)


def test_a_message_for_another_account_is_refused() -> None:
    other = replace(SAMPLE, appid="wx0000000000000000")
    refused(Forged, SAMPLE, *sealed(xml_of(TEXT), other))


def test_a_body_of_a_megabyte_is_refused() -> None:
    refused(TooLarge, SAMPLE, SAMPLE_QUERY, b"x" * 1024 * 1024)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml>",
        b"not xml",
        b"{}",
        b"<xml/>",
        b"<xml>text</xml>",
        b"<other><MsgType>text</MsgType></other>",
        xml_of("").encode(),
        xml_of("<MsgType/>").encode(),
        xml_of("<MsgType>text</MsgType><MsgType>text</MsgType>").encode(),
        xml_of("<MsgType>event</MsgType>").encode(),
        xml_of("<MsgType>text</MsgType><MsgId>x</MsgId>").encode(),
        xml_of(TEXT).replace(STAMP, "soon").encode(),
        xml_of(TEXT).replace(OPENID, "").encode(),
        xml_of(TEXT).encode("utf-16"),
        xml_of(TEXT).encode("gbk"),
        xml_of(TEXT.replace("text", "location")).encode(),
        xml_of(message("location", PLACE.replace("34.7", "nan"))).encode(),
        xml_of(message("location", PLACE.replace("34.7", "91"))).encode(),
        xml_of(f"{TEXT}{'<a>' * 3000}{'</a>' * 3000}").encode(),
    ],
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    refused(Unreadable, PLAIN, plain_query(), body)


LAUGHS = '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + xml_of(TEXT.replace("你好", "]]>&b;<![CDATA["))
FOREIGN = '<!DOCTYPE xml SYSTEM "file:///etc/passwd">' + xml_of(TEXT)


@pytest.mark.parametrize("bomb", [LAUGHS, FOREIGN])
def test_an_xml_bomb_is_refused_inside_and_outside(bomb: str) -> None:
    refused(Unreadable, PLAIN, plain_query(), bomb.encode())
    refused(Unreadable, SAMPLE, *sealed(bomb))
    refused(Unreadable, SAMPLE, query_for("x"), bomb.encode())


def test_a_citizen_may_write_about_document_types() -> None:
    assert read_plain(TEXT.replace("你好", "<!DOCTYPE html> <!ENTITY")).text == "<!DOCTYPE html> <!ENTITY"


def framed(padding: bytes, length: int | None = None) -> bytes:
    xml = xml_of(TEXT).encode()
    whole = b"r" * 16 + (len(xml) if length is None else length).to_bytes(4, "big") + xml + SAMPLE.appid.encode()
    return whole + b"\0" * (-(len(whole) + len(padding)) % 16) + padding


@pytest.mark.parametrize(
    "content",
    [
        framed(b"\x00"),
        framed(b"\x21" * 33),
        framed(b"\x05\x04\x04\x04"),
        framed(bytes([4]) * 4, length=2**31),
        b"\x10" * 16,
        b"\x20" * 32,
    ],
)
def test_a_wrong_padding_or_length_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_cipher_text(content)


@pytest.mark.parametrize("encrypted", ["", "AAAA", "!!!", "=" * 40, "A" * 44, "<a/>"])
def test_what_is_no_cipher_text_is_refused(encrypted: str) -> None:
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()
    with pytest.raises(WireFault):
        read(SAMPLE, query_for(encrypted), body, NOW)


def test_the_address_is_verified() -> None:
    assert verify_url(PLAIN, {**plain_query(), "echostr": "4711"}, NOW) == "4711"
    assert verify_url(SAMPLE, {**plain_query(), "echostr": "4711"}) == "4711"
    with pytest.raises(Forged):
        verify_url(SAMPLE, {**plain_query(), "signature": "0" * 40, "echostr": "4711"})
    with pytest.raises(Stale):
        verify_url(SAMPLE, {**plain_query(), "echostr": "4711"}, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    "wrong", [{"appid": ""}, {"token": ""}, {"aes_key": ""}, {"aes_key": "短" * 43}, {"aes_key": "a" * 42}]
)
def test_an_account_without_its_keys_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"account needs|EncodingAESKey"):
        replace(SAMPLE, **wrong)  # type: ignore[arg-type]
