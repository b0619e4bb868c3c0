"""Photos, files, voices and places of a citizen, fetched through the real client from a platform on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.channels.wechat.inbound import InboundKind
from bot.channels.wechat.media import Media, Taken
from bot.channels.wechat.options import Offered, Option, choice
from bot.channels.wechat.render import Renderer
from bot.metrics import Metrics
from bot.uploads import Uploads
from tests.unit.bot.channels.wechat.desk import OFFICE, REPLIES, WORDS, client_of, inbound
from tests.unit.bot.channels.wechat.fake_platform import FakePlatform, Said, running
from tests.unit.bot.photos import photo
from zhilu.media import LARGEST

GET = "/cgi-bin/media/get"
AMR = b"#!AMR\n" + bytes(64)
ASKED = Offered(
    (Option("实名", '/choose{"id": "named"}'), Option("匿名", '/choose{"id": "anonymous"}')), "confidentiality"
)


@dataclass
class Desk:
    media: Media
    fake: FakePlatform

    def fetched(self) -> list[str]:
        return [call.query["media_id"] for call in self.fake.calls_of(GET)]

    async def send(self, kind: InboundKind, offered: Offered | None = None, **fields: str) -> Taken:
        return await self.media.understand(inbound(kind, **fields), offered)

    async def answer(self, taken: Taken, text: str) -> Taken:
        """What comes of a choice among what was offered."""
        payload = choice(text, shown(taken).options)
        assert payload is not None
        return await self.media.take_up(payload)


def shown(taken: Taken) -> Offered:
    return Renderer(WORDS).render(taken.replies).offered


def told(taken: Taken) -> str:
    assert not taken.files
    assert not taken.text
    (reply,) = taken.replies
    return reply.text


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with running() as fake, client_of(fake) as platform:
        yield Desk(Media(platform, Uploads(None, Metrics()), REPLIES, WORDS), fake)


# --- photos, files ----------------------------------------------------------------------------------------------------------------


async def test_a_photo_becomes_material_with_a_name_and_a_picture(desk: Desk) -> None:
    desk.fake.say(GET, Said(photo(), media_type="image/jpeg"))
    taken = await desk.send(InboundKind.IMAGE, media_id="m-1", pic_url="http://127.0.0.1:1/steal")
    (checked,) = taken.files
    assert (checked.media_type, checked.evidence.name) == ("image/jpeg", "微信照片.jpg")
    assert checked.preview is not None
    assert taken.replies == ()
    assert [call.path for call in desk.fake.calls] == [GET]


async def test_the_address_of_a_picture_is_never_fetched(desk: Desk) -> None:
    taken = await desk.send(InboundKind.IMAGE, pic_url=f"{desk.fake.base_url}/inside")
    assert told(taken) == WORDS.text("media-gone")
    assert desk.fake.calls == []


async def test_a_file_keeps_the_name_that_the_citizen_gave_it(desk: Desk) -> None:
    desk.fake.say(GET, Said(b"%PDF-1.7\n"))
    taken = await desk.send(InboundKind.FILE, media_id="m-2", title="..\\家里/劳动合同\u202e.pdf")
    assert taken.files[0].evidence.name == "劳动合同.pdf"


async def test_the_content_decides_and_not_what_the_platform_calls_it(desk: Desk) -> None:
    desk.fake.say(GET, Said(b"MZ\x90\x00", media_type="image/jpeg"))
    assert told(await desk.send(InboundKind.IMAGE, media_id="m-3")) == REPLIES.text("api.attachment.type")


async def test_a_file_that_is_too_large_is_refused(desk: Desk) -> None:
    desk.fake.say(GET, Said(b"\xff\xd8\xff" + bytes(LARGEST)))
    assert told(await desk.send(InboundKind.IMAGE, media_id="m-4")) == REPLIES.text("api.attachment.size")


async def test_a_file_that_is_gone_is_asked_for_again(desk: Desk) -> None:
    desk.fake.say(GET, Said({"errcode": 40007, "errmsg": "invalid media_id"}))
    assert told(await desk.send(InboundKind.IMAGE, media_id="m-5")) == WORDS.text("media-gone")


async def test_a_platform_that_is_busy_is_no_fault_of_the_citizen(desk: Desk) -> None:
    desk.fake.say(GET, Said({"errcode": -1, "errmsg": "system error"}))
    assert told(await desk.send(InboundKind.IMAGE, media_id="m-6")) == WORDS.text("media-again")


@pytest.mark.parametrize("kind", [InboundKind.VIDEO, InboundKind.SHORT_VIDEO])
async def test_a_film_is_not_fetched_and_the_window_takes_it(desk: Desk, kind: InboundKind) -> None:
    assert OFFICE.address in told(await desk.send(kind, media_id="m-7"))
    assert desk.fake.calls == []


async def test_what_nobody_knows_is_answered(desk: Desk) -> None:
    assert told(await desk.send(InboundKind.UNKNOWN)) == WORDS.text("unknown")
    assert told(await desk.send(InboundKind.LINK, url="http://127.0.0.1:1/")) == WORDS.text("link-sent")


async def test_text_is_cleaned_and_can_be_no_command(desk: Desk) -> None:
    assert (await desk.send(InboundKind.TEXT, text=" ／restart\u200b ")).text == "restart"
    assert told(await desk.send(InboundKind.TEXT, text="\u200b")) == REPLIES.text("input.empty")


# --- voice ------------------------------------------------------------------------------------------------------------------------


async def test_a_voice_is_read_back_before_it_is_used(desk: Desk) -> None:
    taken = await desk.send(InboundKind.VOICE, media_id="v-1", recognition="公司欠我三个月工资。")
    assert told(taken) == "您说的是：“公司欠我三个月工资。”。对吗？"
    assert await desk.answer(taken, "1") == Taken("公司欠我三个月工资。")
    assert desk.fetched() == []


async def test_the_sound_is_kept_where_the_citizen_wants_that(desk: Desk) -> None:
    desk.fake.say(GET, Said(AMR))
    taken = await desk.send(InboundKind.VOICE, media_id="v-2", recognition="公司欠我工资")
    kept = await desk.answer(taken, "对，录音也留作材料")
    assert kept.text == "公司欠我工资"
    assert [(each.evidence.name, each.media_type) for each in kept.files] == [("微信录音.amr", "audio/amr")]
    assert desk.fetched() == ["v-2"]


async def test_a_sound_that_is_gone_takes_nothing_of_the_words(desk: Desk) -> None:
    desk.fake.say(GET, Said({"errcode": 40007, "errmsg": "x"}))
    kept = await desk.answer(await desk.send(InboundKind.VOICE, media_id="v-3", recognition="欠我工资"), "3")
    assert (kept.text, kept.files) == ("欠我工资", ())
    assert [reply.text for reply in kept.replies] == [WORDS.text("media-gone")]


async def test_misheard_words_are_dropped_and_what_was_open_is_open_again(desk: Desk) -> None:
    first = await desk.send(InboundKind.VOICE, ASKED, media_id="v-4", recognition="时鸣")
    second = await desk.send(InboundKind.VOICE, shown(first), media_id="v-5", recognition="实名字")
    again = await desk.answer(second, "不对")
    assert told(again) == WORDS.text("voice.again")
    assert shown(again) == ASKED


async def test_a_spoken_choice_is_that_choice(desk: Desk) -> None:
    taken = await desk.send(InboundKind.VOICE, ASKED, media_id="v-6", recognition="第二个。")
    assert [each.title for each in shown(taken).options] == ["对", "不对"]
    assert choice("对", shown(taken).options) == '/choose{"id": "anonymous"}'


@pytest.mark.parametrize("spoken", ["对。", "是的", "嗯", "没错"])
async def test_a_spoken_yes_is_not_read_back_again(desk: Desk, spoken: str) -> None:
    first = await desk.send(InboundKind.VOICE, ASKED, media_id="v-8", recognition="公司欠我工资")
    assert await desk.send(InboundKind.VOICE, shown(first), media_id="v-9", recognition=spoken) == Taken("公司欠我工资")


async def test_a_spoken_yes_to_a_choice_is_that_choice(desk: Desk) -> None:
    first = await desk.send(InboundKind.VOICE, ASKED, media_id="v-8", recognition="实名")
    second = await desk.send(InboundKind.VOICE, shown(first), media_id="v-9", recognition="对")
    assert second == Taken(payload='/choose{"id": "named"}')


async def test_other_words_behind_a_read_back_are_read_back_in_their_turn(desk: Desk) -> None:
    first = await desk.send(InboundKind.VOICE, ASKED, media_id="v-8", recognition="公司前我工资")
    second = await desk.send(InboundKind.VOICE, shown(first), media_id="v-9", recognition="是公司欠我工资")
    assert told(second) == "您说的是：“是公司欠我工资”。对吗？"


async def test_a_voice_without_words_can_still_be_material(desk: Desk) -> None:
    desk.fake.say(GET, Said(AMR))
    taken = await desk.send(InboundKind.VOICE, ASKED, media_id="v-7")
    assert "话筒" in told(taken)
    assert [each.title for each in shown(taken).options] == ["录音留作材料", "实名", "匿名"]
    kept = await desk.answer(taken, "1")
    assert (kept.text, len(kept.files)) == ("", 1)


# --- places -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asks", ["place", "address"])
async def test_a_place_that_was_asked_for_is_the_answer_in_words(desk: Desk, asks: str) -> None:
    sent = await desk.send(InboundKind.LOCATION, Offered((), asks), label="清河区  城关街道\n北门街12号")
    assert sent == Taken("清河区 城关街道 北门街12号")


async def test_a_place_in_between_is_asked_about(desk: Desk) -> None:
    taken = await desk.send(InboundKind.LOCATION, ASKED, label="北门街12号")
    assert told(taken) == "您发来的位置是：“北门街12号”。这是什么地方？"
    assert (await desk.answer(taken, "第一个")).text == "事情发生的地点是北门街12号。"
    assert (await desk.answer(taken, "2")).text == "我的住址是北门街12号。"
    assert shown(taken).asks == "confidentiality"


async def test_a_point_on_a_map_alone_is_no_place(desk: Desk) -> None:
    point = inbound(InboundKind.LOCATION, latitude=34.7, longitude=111.1)
    taken = await desk.media.understand(point, Offered((), "place"))
    assert told(taken) == WORDS.text("place.unnamed")
    assert "34.7" not in told(taken)
