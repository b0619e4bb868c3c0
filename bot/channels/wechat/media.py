"""What a citizen sends that is no text: photos, files and sound become material, a voice becomes text once it was read back,
a place becomes words. Nothing is fetched from an address that came in a message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import anyio

from bot.channels.wechat.faults import MediaTooLarge, PlatformFault
from bot.channels.wechat.inbound import Inbound, InboundKind
from bot.channels.wechat.local import Do, is_local, local, read_local
from bot.channels.wechat.options import Offered, Option, choice
from bot.errors import Refusal
from bot.normalise import clean_text, drop_unseen
from bot.uploads import Checked, Evidence, Uploads
from knowledge.replies import Replies
from knowledge.reply import Button, Kind, Reply
from zhilu.media import LARGEST, media_type

AT_ONCE = 4  # each holds its file in memory
LONGEST_NAME = 100
LONGEST_LABEL = 100
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "audio/mpeg": ".mp3",
    "audio/amr": ".amr",
    "audio/amr-wb": ".awb",
    "audio/wav": ".wav",
    "audio/mp4": ".m4a",
}


class Downloaded(Protocol):
    """A file of the platform."""

    @property
    def content(self) -> bytes:
        """Its bytes."""


class Downloads(Protocol):
    """The part of the API client that fetches files."""

    async def get_media(self, media_id: str, limit: int) -> Downloaded:
        """The file; MediaTooLarge above the limit, another PlatformFault where there is none."""


@dataclass(frozen=True)
class Taken:
    """What has to happen: files are attached, then the text or the payload goes on as the citizen's message; replies are shown.

    Replies alone leave open what was open before, unless they offer choices of their own.
    """

    text: str = ""
    payload: str = ""
    files: tuple[Checked, ...] = ()
    replies: tuple[Reply, ...] = ()


class Media:
    """`replies` is the catalogue of the house, `words` are the texts of data/wechat/replies.yml."""

    def __init__(self, platform: Downloads, uploads: Uploads, replies: Replies, words: Replies) -> None:
        self._platform = platform
        self._uploads = uploads
        self._replies = replies
        self._words = words
        self._room = anyio.CapacityLimiter(AT_ONCE)
        self._ways: Mapping[InboundKind, Callable[[Inbound, Offered], Awaitable[Taken]]] = {
            InboundKind.TEXT: self._text,
            InboundKind.IMAGE: self._file,
            InboundKind.FILE: self._file,
            InboundKind.VOICE: self._voice,
            InboundKind.LOCATION: self._place,
        }
        self._refused = {
            InboundKind.VIDEO: "video",
            InboundKind.SHORT_VIDEO: "video",
            InboundKind.LINK: "link-sent",
        }

    async def understand(self, inbound: Inbound, offered: Offered | None = None) -> Taken:
        """What a message means; `offered` is what the last answer left open. What cannot be taken is told, never raised."""
        if way := self._ways.get(inbound.kind):
            return await way(inbound, offered or Offered())
        return self._told(self._refused.get(inbound.kind, "unknown"))

    async def take_up(self, payload: str) -> Taken:
        """What the citizen chose of the options that `understand` offered."""
        if not is_local(payload):
            return Taken(payload=payload)
        do, values = read_local(payload)
        if do is Do.AGAIN:
            return self._again(Offered.of_json(values["offered"]))
        kept = await self._keep(values["media_id"]) if do in (Do.KEEP, Do.SAY_AND_KEEP) else Taken()
        return Taken(values.get("text", ""), files=kept.files, replies=kept.replies)

    # --- photos, files ---------------------------------------------------------------------------------------------------------

    async def _text(self, inbound: Inbound, offered: Offered) -> Taken:
        try:
            return Taken(clean_text(inbound.text))
        except Refusal as refusal:
            return self._refusal(refusal)

    async def _file(self, inbound: Inbound, offered: Offered) -> Taken:
        return await self._keep(inbound.media_id, inbound.title)

    async def _keep(self, media_id: str, name: str = "") -> Taken:
        """The file, fetched and checked; its media id is the only thing of the message that is used."""
        if not media_id:
            return self._told("media-gone")
        async with self._room:
            try:
                content = (await self._platform.get_media(media_id, LARGEST)).content
                return Taken(files=(await self._uploads.check(Evidence(self._named(name, content), content)),))
            except MediaTooLarge:
                return self._refusal(Refusal(413, "api.attachment.size"))
            except PlatformFault as fault:
                return self._told("media-again" if fault.temporary else "media-gone")
            except Refusal as refusal:
                return self._refusal(refusal)

    def _named(self, name: str, content: bytes) -> str:
        """The citizen's own name of it, else 「微信照片.jpg」."""
        given = drop_unseen(name).replace("\\", "/").rpartition("/")[2].strip()[-LONGEST_NAME:]
        if given:
            return given
        kind = media_type(content) or ""
        sort = {"image": "photo", "audio": "sound"}.get(kind.partition("/")[0], "paper")
        return self._words.text("media-name", kind=self._words.text(f"kind.{sort}")) + ENDINGS.get(kind, "")

    # --- voice -----------------------------------------------------------------------------------------------------------------

    async def _voice(self, inbound: Inbound, offered: Offered) -> Taken:
        """Read back before it is used: speech recognition mishears dialect and names."""
        try:
            text = clean_text(inbound.recognition)
        except Refusal:
            buttons = [("voice.keep", local(Do.KEEP, media_id=inbound.media_id))] if inbound.media_id else []
            return self._asked("voice.not-heard", buttons, offered)
        if is_read_back(offered) and (answered := choice(text, offered.options)):
            return await self.take_up(answered)  # 「对」, spoken: reading that back would never end
        meant = choice(text, before(offered).options)
        buttons = [("voice.right", meant or local(Do.SAY, text=text)), self._wrong(offered)]
        if inbound.media_id and not meant:
            buttons.append(("voice.right-and-keep", local(Do.SAY_AND_KEEP, text=text, media_id=inbound.media_id)))
        return self._asked("voice.heard", buttons, offered, text=text)

    # --- places ----------------------------------------------------------------------------------------------------------------

    async def _place(self, inbound: Inbound, offered: Offered) -> Taken:
        """The words of the place; a point on a map alone says nothing to whoever reads the case."""
        label = " ".join(drop_unseen(inbound.label).split())[:LONGEST_LABEL].lstrip("/")
        if not label:
            return self._told("place.unnamed")
        if before(offered).asks in ("place", "address"):
            return Taken(label)
        texts = {key: self._words.text(f"place.says-{key}", label=label) for key in ("happened", "live")}
        buttons = [(f"place.{key}", local(Do.SAY, text=text)) for key, text in texts.items()]
        return self._asked("place.heard", buttons, offered, label=label)

    # --- what is said ----------------------------------------------------------------------------------------------------------

    def _wrong(self, offered: Offered) -> tuple[str, str]:
        return "voice.wrong", local(Do.AGAIN, offered=before(offered).as_json())

    def _again(self, offered: Offered) -> Taken:
        """The choices that stood before are there again."""
        buttons = [Button(title=each.title, payload=each.payload) for each in offered.options]
        text = self._words.text("voice.again")
        return Taken(replies=(Reply(kind=Kind.CHOICE, text=text, buttons=buttons or None, asks=offered.asks or None),))

    def _asked(self, key: str, buttons: Sequence[tuple[str, str]], offered: Offered, **values: str) -> Taken:
        touched = [Button(title=self._words.text(title), payload=payload) for title, payload in buttons]
        if key == "voice.not-heard":
            touched += [Button(title=each.title, payload=each.payload) for each in before(offered).options]
        text = self._words.text(key, **values)
        asks = before(offered).asks or None
        return Taken(replies=(Reply(kind=Kind.CHOICE, text=text, buttons=touched or None, asks=asks),))

    def _told(self, key: str) -> Taken:
        return Taken(replies=(self._words.say(Kind.NOTICE, key),))

    def _refusal(self, refusal: Refusal) -> Taken:
        return Taken(replies=(Reply(kind=Kind.NOTICE, text=self._replies.text(refusal.key, **refusal.values)),))


def before(offered: Offered) -> Offered:
    """What stood open before a voice was read back, however often that was done."""
    for each in filter(is_wrong, offered.options):
        return Offered.of_json(read_local(each.payload)[1]["offered"])
    return Offered(tuple(filter(is_open, offered.options)), offered.asks)


def is_read_back(offered: Offered) -> bool:
    """Whether a voice waits for its 「对」."""
    return any(map(is_wrong, offered.options))


def is_wrong(option: Option) -> bool:
    return is_local(option.payload) and read_local(option.payload)[0] is Do.AGAIN


def is_open(option: Option) -> bool:
    """Whether the choice outlives the message that offered it."""
    return not is_local(option.payload)
