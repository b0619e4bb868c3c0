"""What comes from Telegram, and what is done with it: private messages, buttons and inline questions; groups are left, the rest is nothing."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from datetime import timedelta

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, InlineQuery, Message, Update

from cases import telegram as bindings
from desk.telegram.conversation import Conversation
from desk.telegram.flood import Flood, Pace
from desk.telegram.sending import Sender
from desk.telegram.words import Said

logger = logging.getLogger(__name__)
KINDS = [Update.MESSAGE, Update.INLINE_QUERY, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
TOO_OLD = timedelta(minutes=10)  # what waited longer while we were away is not answered any more
EVERYBODY = "strangers"


class Door:
    """Handles one update after the other; several may be under way at once."""

    def __init__(
        self, conversation: Conversation, sender: Sender, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        plan = conversation.plan
        self.conversation, self.sender = conversation, sender
        self._messages = Flood(plan.messages_a_minute, monotonic=monotonic)
        self._inline = Flood(plan.inline_a_minute, monotonic=monotonic)
        self._stranger = Flood(plan.strangers_a_minute, monotonic=monotonic)
        self._strangers = Flood(plan.all_strangers_a_minute, monotonic=monotonic)
        self._arrivals = Flood(4 * plan.messages_a_minute, monotonic=monotonic)

    async def handle(self, update: Update) -> None:
        """Never raises: this is the outer edge of the bot."""
        try:
            await self._handle(update)
        except Exception as error:  # the outer edge; the error's own text may quote what was written
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("an update was not handled: %s\n%s", type(error).__name__, where)
            chat = update.effective_chat
            if chat is not None and chat.type == Chat.PRIVATE and update.message is not None:
                await self.sender.say(chat.id, self.conversation.fault())

    async def _handle(self, update: Update) -> None:
        if update.inline_query is not None:
            return await self._asked_inline(update.inline_query)
        chat = update.effective_chat
        if chat is not None and chat.type != Chat.PRIVATE:
            return await self._elsewhere(update, chat)
        if update.message is not None:
            return await self._written(update.message)
        if update.callback_query is not None:
            return await self._pressed(update.callback_query)
        if update.my_chat_member is not None:
            return await self._blocked(update.my_chat_member)
        return None  # an edited message has been answered as it was; nothing else is for us

    async def _elsewhere(self, update: Update, chat: Chat) -> None:
        """In a group or a channel nothing is said: we go, unless that is what we are being told."""
        change = update.my_chat_member
        gone = change is not None and change.new_chat_member.status in (ChatMember.LEFT, ChatMember.BANNED)
        if not gone and self._arrivals.of(f"chat {chat.id}") is Pace.FINE:
            await self.sender.leave(chat.id)

    async def _written(self, message: Message) -> None:
        user = message.from_user
        if user is None or user.is_bot or message.via_bot is not None:
            return
        if self._is_old(message) or self._arrivals.of(self._name(user.id)) is not Pace.FINE:
            return
        account = await self.conversation.who(user.id)
        if account is None:
            await self._met(message, user.id)
            return
        pace = self._messages.of(self._name(user.id))
        if pace is not Pace.FINE:
            if pace is Pace.TOLD:
                await self.sender.say(message.chat_id, self.conversation.too_fast())
            return
        text = (message.text or "").strip()
        if self._must_not_stand(message):
            await self.sender.take_away(message.chat_id, message.message_id)
            said = self.conversation.at_desk()
        elif not text:
            said = self.conversation.only_text()
        else:
            said = await self.conversation.answer(account, user.id, text)
        await self.sender.say(message.chat_id, said)

    async def _met(self, message: Message, user: int) -> None:
        """A stranger: a code binds them, anything else gets the one sentence, a few times."""
        pace = self._stranger.of(self._name(user))
        if pace is not Pace.FINE or self._strangers.of(EVERYBODY) is not Pace.FINE:
            logger.info("stranger %s is not answered", self._name(user))
            return
        text = (message.text or "").strip()
        code = text.partition(" ")[2] if text.lower().startswith("/start ") else text
        said: Said = self.conversation.stranger()
        if bindings.looks_like_code(code):
            said = await self.conversation.bind(user, code)
        await self.sender.say(message.chat_id, said)

    async def _pressed(self, query: CallbackQuery) -> None:
        """A button below an answer of ours."""
        await self.sender.acknowledge(query.id)
        fine = self._messages.of(self._name(query.from_user.id)) is Pace.FINE
        if fine and query.message is not None and await self.conversation.who(query.from_user.id) is not None:
            await self.sender.say(query.message.chat.id, await self.conversation.chosen(query.data or ""))

    async def _asked_inline(self, query: InlineQuery) -> None:
        """While somebody types in another chat; a stranger gets an empty list."""
        if self._inline.of(self._name(query.from_user.id)) is not Pace.FINE:
            return
        known = await self.conversation.who(query.from_user.id) is not None
        await self.sender.offer(query.id, await self.conversation.offers(query.query) if known else [])

    async def _blocked(self, change: ChatMemberUpdated) -> None:
        """Whoever blocks the bot is bound no more."""
        if change.new_chat_member.status == ChatMember.BANNED:
            await self.conversation.leave(change.from_user.id)

    def _must_not_stand(self, message: Message) -> bool:
        """What was forwarded, sent as a file with words, or tells of somebody."""
        passed_on = message.forward_origin is not None or message.contact is not None or message.caption is not None
        return passed_on or self.conversation.is_story(message.text or "")

    def _is_old(self, message: Message) -> bool:
        return self.conversation.services.clock() - message.date > TOO_OLD

    def _name(self, user: int) -> str:
        """For limits and the log; the number of a Telegram account stands in neither."""
        return self.conversation.services.clients.name(f"telegram {user}")[:12]
