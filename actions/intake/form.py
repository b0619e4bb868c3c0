"""The steps of a turn of the complaint form, in order; each may end the turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from actions import answer, channel, danger, guide, papers, talk
from actions.intake import already, ambiguous, another, pause, staff
from actions.intake.ask import joined, question, summary, understood
from actions.intake.correct import STORIES, correct, is_correction, which
from actions.intake.finish import file_it
from actions.intake.listen import FROM_STORY, listen, route
from actions.intake.lookup import looked_up
from actions.intake.turn import Turn
from actions.intake.values import READ_BY_ENGINE, answered, make_anonymous, skip, take, take_contact, wants_no_name
from actions.intake.wording import without_phone
from actions.sense import sense_in_form
from cases.similar import Known
from knowledge.reply import Kind, Reply
from petition.draft import SLOTS, check_value
from petition.errors import InvalidValue

LEAST_TOLD = 4


class FormTurn(Turn):
    """Hears one message inside the form."""

    def replies(self) -> list[Reply]:
        """What the citizen gets; `intake` is changed on the way."""
        for step in self.steps():
            replies = step()
            if replies:
                called = staff.missed(self.intake, self.heard, self.services) if self.stuck else []
                return [*self.first, *called, *replies]
        raise AssertionError("the last step always answers")

    def steps(self) -> Sequence[Callable[[], Sequence[Reply] | None]]:
        if self.intake.asked is None:
            return (self.care, self.open)
        if self.intake.pausing:
            return (self.care, self.attach, self.choose_pause)
        if self.intake.other_story:
            return (self.care, self.stop, self.hand_over, self.attach, self.choose_story)
        return (
            self.care,
            self.stop,
            self.hand_over,
            self.attach,
            self.look_up,
            self.anonymous,
            self.correct,
            self.skip,
            self.digress,
            self.agree,
            self.confirm,
            self.another,
            self.answer,
        )

    def care(self) -> list[Reply] | None:
        """Danger comes before everything; then the form is where it was."""
        alarm = danger.alarm(self.heard, self.services)
        said = alarm.replies
        if not said:
            return None
        self.intake.flagged = self.intake.flagged or bool(self.heard.conversation)
        if alarm.doubtful:  # help first, and the turn goes on
            self.first = said
            return None
        if self.intake.asked is None:
            return [*said, *self.open()]
        if self.tells_story():
            return [*said, *self.answer()]
        return [*said, pause.offer(self.intake, self.services) if self.intake.pausing else self.again()]

    def tells_story(self) -> bool:
        """Whether a long answer to a question for the story came with the danger: it is taken, and not asked again."""
        long = len(self.heard.text) >= self.services.dialogue.limit("shortest_narrative")
        return long and self.intake.asked in STORIES and not self.intake.pausing

    # --- the beginning -------------------------------------------------------------------------------------------------------------

    def open(self) -> list[Reply]:
        """Start, or go on with a draft that was kept."""
        intake, heard, texts = self.intake, self.heard, self.services.replies
        least = self.services.dialogue.limit("shortest_narrative")
        if intake.started:
            return self.ask(before=texts.text("pause.going-on"))
        new: dict[str, object] = {}
        if heard.text and heard.intent not in ("file", "resume"):
            if len(heard.text) >= least or not intake.opening:  # 「那我要投诉」 takes nothing back of what was told
                intake.opening = heard.text
            new = listen(intake, heard, self.services)
        if len(intake.opening) >= least:
            intake.draft.setdefault("narrative", intake.opening)
        route(intake, self.services)
        return self.ask(before=joined(texts.text("form.start"), understood(new, self.services)))

    # --- what may come at any moment -----------------------------------------------------------------------------------------------

    def choose_pause(self) -> list[Reply]:
        reply, self.goes_on = pause.decide(self.intake, self.heard, self.services)
        return [reply]

    def stop(self) -> list[Reply] | None:
        return [pause.offer(self.intake, self.services)] if pause.wants_to_stop(self.heard, self.services) else None

    def hand_over(self) -> list[Reply] | None:
        heard = self.heard
        if heard.is_button("handoff") or (not heard.button and self.services.dialogue.says("handoff", heard.text)):
            reply = talk.handoff(heard, self.services)
            self.intake.flagged = bool(heard.conversation)
            return [reply, another.ask(self.services) if self.intake.other_story else self.again()]
        return None

    def attach(self) -> list[Reply] | None:
        """An attachment arrived at whatever moment; the question stays."""
        if not self.heard.is_button("attach"):
            return None
        kept = [*(self.intake.draft.get("evidence") or ()), self.heard.params.get("id", "")]
        take(self.intake, "evidence", check_value("evidence", kept, self.services.today()))
        if self.intake.pausing:
            return [pause.offer(self.intake, self.services)]
        if self.intake.other_story:
            return [another.ask(self.services)]
        if self.intake.asked == "evidence":
            return self.ask()
        return [self.again()]

    def look_up(self) -> list[Reply] | None:
        """Where an earlier case stands, asked in between."""
        found = looked_up(self.heard, str(self.intake.asked), self.services)
        return [found, self.again()] if found else None

    def anonymous(self) -> list[Reply] | None:
        """「不留名字」 in place of a name: told what it costs, then neither name nor address is asked."""
        if not wants_no_name(self.intake, str(self.intake.asked), self.heard):
            return None
        make_anonymous(self.intake)
        return self.ask(before=self.services.replies.text("anonymous"))

    def correct(self) -> list[Reply] | None:
        heard, intake = self.heard, self.intake
        bare = intake.asked == "confirm" and self.services.dialogue.says(
            "change", heard.text
        )  # 「有地方要改」 names no place
        if heard.is_button("correct") or bare:
            return self.choose_correction()
        if heard.button or intake.asked in STORIES or not is_correction(heard, self.services):
            return None
        said = correct(intake, heard, self.services)
        return None if said is None else self.ask(before=said, stay=True)

    def choose_correction(self) -> list[Reply]:
        """「修改」: the item that was touched, or which it shall be."""
        slot = self.heard.params.get("slot", "")
        if slot not in SLOTS:
            return [which(self.intake, self.services)]
        self.intake.asked = slot
        self.intake.doubts.pop(slot, None)
        return [question(self.intake, self.services)]

    def skip(self) -> list[Reply] | None:
        heard, slot = self.heard, str(self.intake.asked)
        touched = heard.is_button("skip")
        said = self.services.dialogue.says("skip", heard.text) or self.has_none(slot)
        if not touched and (heard.button or not said):
            return None
        if not touched and slot in ("consent", "confirm", "confidentiality"):
            return None
        if not touched and slot == "prior_handling" and heard.text.strip("。.！! ") in ("没有", "没", "无"):
            return None
        try:
            skip(self.intake, slot)
        except InvalidValue as error:
            return [self.refuse(error)]
        return self.ask(before=without_phone(self.intake, self.services) if slot == "phone" else "")

    def has_none(self, slot: str) -> bool:
        """「没有手机」, 「没证据」: an answer without a value where only a value or material will do."""
        heard = self.heard
        sure = heard.intent == "skip" and heard.confidence >= self.services.dialogue.limits["ask"]
        return sure and slot in (*READ_BY_ENGINE, "evidence") and not heard.whole.keys() & {slot, f"{slot}_choices"}

    def digress(self) -> list[Reply] | None:
        """A question or small talk inside the form is answered, and the same question follows in one short line."""
        heard, words = self.heard, self.services.dialogue
        key, texts = f"ask.{self.intake.asked}", self.services.replies
        sensed = sense_in_form(heard, self.memory, self.services, texts.text(key) if key in texts else "")
        if sensed:
            return [*sensed, self.again()]
        if heard.is_button("ask"):
            return [answer.answer(heard, self.services, in_form=True), self.again()]
        if heard.is_button("channel"):
            return [channel.how_to(heard, self.services), self.again()]
        if heard.is_button("paper"):
            return [papers.written(self.intake, heard, self.services), self.again()]
        if heard.is_button("guide"):
            return [guide.how_such_things_go(heard, self.services), self.again()]
        if heard.button:
            return None
        if self.is_question():
            return [answer.answer(heard, self.services, in_form=True), self.again()]
        small = heard.intent in ("greet", "thanks", "help") and heard.confidence >= words.limits["small_talk"]
        if small and len(heard.text) <= words.limit("longest_small_talk") and self.intake.asked not in STORIES:
            return [talk.small_talk(heard.intent, self.services), self.again()]
        return None

    def is_question(self) -> bool:
        """Asked like a question, and about something that we can answer."""
        heard, words = self.heard, self.services.dialogue
        if not words.says("question", heard.text):
            return False
        about_us = sum(each.score for each in heard.topics)
        return (heard.intent == "ask" and about_us >= words.limits["ask"]) or about_us >= 0.8

    # --- the answer ----------------------------------------------------------------------------------------------------------------

    def agree(self) -> list[Reply] | None:
        if self.intake.asked != "consent":
            return None
        heard, texts, words = self.heard, self.services.replies, self.services.dialogue
        if heard.is_button("affirm") or words.says("yes", heard.text):
            take(self.intake, "consent", True)
            return self.ask()
        if heard.is_button("deny") or words.says("no", heard.text):
            self.goes_on = False
            pause.wipe(self.intake)
            return [texts.say(Kind.NOTICE, "no-consent")]
        self.failed("consent")
        return [question(self.intake, self.services)]

    def confirm(self) -> list[Reply] | None:
        if self.intake.asked != "confirm":
            return None
        heard, words = self.heard, self.services.dialogue
        if heard.is_button("affirm") or words.says("yes", heard.text):
            return self.done(file_it(self.intake, self.services, surface=self.surface), self.intake.filing_key)
        wanted = already.chosen(heard, self.services)
        if wanted in (already.ADD, already.LOOK) and (own := already.look(self.intake, self.services).own):
            return self.add_or_look(wanted, own)
        if heard.is_button("deny") or words.says("no", heard.text) or words.says("change", heard.text):
            return self.choose_correction()
        self.failed("confirm")
        return [summary(self.intake, self.services, before=self.services.replies.text("again.confirm"))]

    def add_or_look(self, wanted: str, own: Known) -> list[Reply]:
        """Add to the case that is there, or say where it stands."""
        if wanted == already.ADD:
            added = already.add(self.intake, own, self.services)
            if added:
                return self.done(added, self.intake.filed_key)
            before = self.services.replies.text("error.not-allowed")
            return [summary(self.intake, self.services, before=before)]
        return [already.where_it_stands(own, self.services), summary(self.intake, self.services)]

    def another(self) -> list[Reply] | None:
        """The story of another matter in place of an answer."""
        if not another.tells_another(self.intake, self.heard, self.services):
            return None
        return [another.offer(self.intake, self.heard, self.services)]

    def choose_story(self) -> list[Reply]:
        intake, services = self.intake, self.services
        match another.choice_in(self.heard, services):
            case another.FIRST:
                another.finish_first(intake)
                return self.ask(before=services.replies.text("another.first"), stay=True)
            case another.SAME if another.append(intake, services):
                return self.ask(before=services.replies.text("another.same"))
            case another.SWITCH:
                kept = another.switch(intake, self.heard, services)
                return [kept, *self.ask(before=services.replies.text("form.start"))]
            case _:
                return [another.ask(services)]

    def answer(self) -> list[Reply]:
        slot = str(self.intake.asked)
        if not ambiguous.is_answer(self.intake, slot, self.heard):
            return [self.again()]
        if slot == "evidence":  # material is sent, not told
            self.failed(slot)
            return [question(self.intake, self.services)]
        try:
            value = answered(self.intake, slot, self.heard, self.services)
        except InvalidValue as error:
            return [self.refuse(error)]
        return self.ask(before=self.taken(slot, value))

    def taken(self, slot: str, value: object) -> str:
        """Take the value over, and with a story all that it tells."""
        intake, services = self.intake, self.services
        if slot == "narrative" and intake.draft.get(slot):
            intake.opening = ""  # told anew: what was said first no longer holds
        told = services.dialogue.words["wish"].sub("", intake.opening)  # 「我要投诉」 alone tells nothing
        if slot == "narrative" and len(told) >= LEAST_TOLD and intake.opening not in str(value):
            value = f"{intake.opening}\n{value}"
        take(intake, slot, value)
        if slot == "name":
            take_contact(intake, self.heard)
        said = services.replies.text("anonymous") if value == "anonymous" else ""
        if value == "anonymous":
            make_anonymous(intake)
        if slot in STORIES:
            wanted = FROM_STORY if slot == "narrative" else ("amount",)
            said = understood(listen(intake, self.heard, services, wanted), services)
        if slot in STORIES or intake.triage is None:
            route(intake, services)
        return said
