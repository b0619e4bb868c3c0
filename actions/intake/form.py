"""One turn of the complaint form: the steps in order, each of which may end the turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from actions import answer, care, channel, talk
from actions.heard import Heard
from actions.intake import pause
from actions.intake.ask import joined, question, summary, understood
from actions.intake.correct import STORIES, correct, is_correction
from actions.intake.finish import file_it, new_filing_key
from actions.intake.listen import FROM_STORY, listen, route
from actions.intake.state import Intake
from actions.intake.values import READ_BY_ENGINE, make_anonymous, read_value, skip, take, wants_no_name
from actions.services import Services
from knowledge.reply import Button, Kind, Reply
from petition.draft import SLOTS, check_value
from petition.errors import InvalidValue

LEAST_TOLD = 4


class FormTurn:
    """Hears one message inside the form; `goes_on` says whether the form stays open."""

    def __init__(self, intake: Intake, heard: Heard, services: Services, *, surface: str) -> None:
        self.intake, self.heard, self.services, self.surface = intake, heard, services, surface
        self.goes_on = True

    def replies(self) -> list[Reply]:
        """What the citizen gets; `intake` is changed on the way."""
        for step in self.steps():
            replies = step()
            if replies:
                return list(replies)
        raise AssertionError("the last step always answers")

    def steps(self) -> Sequence[Callable[[], Sequence[Reply] | None]]:
        if self.intake.asked is None:
            return (self.care, self.open)
        if self.intake.pausing:
            return (self.care, self.attach, self.choose_pause)
        return (
            self.care,
            self.stop,
            self.hand_over,
            self.attach,
            self.anonymous,
            self.correct,
            self.skip,
            self.digress,
            self.agree,
            self.confirm,
            self.answer,
        )

    def care(self) -> list[Reply] | None:
        """Danger comes before everything; then the form is where it was."""
        said = care.heard(self.heard.text, self.services)
        if not said:
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
            return [talk.handoff(self.services), self.again()]
        return None

    def attach(self) -> list[Reply] | None:
        """An attachment arrived at whatever moment; the question stays."""
        if not self.heard.is_button("attach"):
            return None
        kept = [*(self.intake.draft.get("evidence") or ()), self.heard.params.get("id", "")]
        take(self.intake, "evidence", check_value("evidence", kept, self.services.today()))
        if self.intake.pausing:
            return [pause.offer(self.intake, self.services)]
        if self.intake.asked == "evidence":
            return self.ask()
        return [self.again()]

    def anonymous(self) -> list[Reply] | None:
        """「不留名字」 in place of a name: told what it costs, then neither name nor address is asked."""
        if not wants_no_name(self.intake, str(self.intake.asked), self.heard):
            return None
        make_anonymous(self.intake)
        return self.ask(before=self.services.replies.text("anonymous"))

    def correct(self) -> list[Reply] | None:
        heard, intake = self.heard, self.intake
        if heard.is_button("correct"):
            return self.choose_correction()
        if heard.button or intake.asked in STORIES or not is_correction(heard, self.services):
            return None
        said = correct(intake, heard, self.services)
        return self.ask(before=said, stay=True) if said else None

    def choose_correction(self) -> list[Reply]:
        """「修改」 at the summary: which item?"""
        slot, texts = self.heard.params.get("slot", ""), self.services.replies
        if slot in SLOTS:
            self.intake.asked = slot
            return [question(self.intake, self.services)]
        given = [
            slot for slot in SLOTS if slot in self.intake.values and slot not in ("consent", "confirm", "evidence")
        ]
        buttons = [Button(title=SLOTS[slot].title, payload=f'/correct{{"slot": "{slot}"}}') for slot in given]
        return [Reply(kind=Kind.QUESTION, text=texts.text("summary.which"), asks="confirm", buttons=buttons)]

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
        return self.ask()

    def has_none(self, slot: str) -> bool:
        """「没有手机」, 「没证据」: an answer without a value where only a value or material will do."""
        heard = self.heard
        sure = heard.intent == "skip" and heard.confidence >= self.services.dialogue.limits["ask"]
        return sure and slot in (*READ_BY_ENGINE, "evidence") and heard.whole.get(slot) is None

    def digress(self) -> list[Reply] | None:
        """A question or small talk inside the form is answered, and the same question follows in one short line."""
        heard, words = self.heard, self.services.dialogue
        if heard.is_button("ask"):
            return [answer.answer(heard, self.services, in_form=True), self.again()]
        if heard.is_button("channel"):
            return [channel.how_to(heard, self.services), self.again()]
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
            reply = file_it(self.intake, self.services, surface=self.surface)
            self.goes_on = False
            filed = self.intake.filing_key
            pause.wipe(self.intake)
            self.intake.filed_key = filed
            return [reply]
        if heard.is_button("deny") or words.says("no", heard.text) or words.says("change", heard.text):
            return self.choose_correction()
        self.failed("confirm")
        return [summary(self.intake, self.services, before=self.services.replies.text("again.confirm"))]

    def answer(self) -> list[Reply]:
        slot = str(self.intake.asked)
        if self.heard.button and not (slot == "confidentiality" and self.heard.intent == "choose"):
            return [self.again()]
        if slot == "evidence":  # material is sent, not told
            self.failed(slot)
            return [question(self.intake, self.services)]
        try:
            value = read_value(slot, self.heard, self.services)
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
        said = services.replies.text("anonymous") if value == "anonymous" else ""
        if value == "anonymous":
            make_anonymous(intake)
        if slot in STORIES:
            wanted = FROM_STORY if slot == "narrative" else ("amount",)
            said = understood(listen(intake, self.heard, services, wanted), services)
        if slot in STORIES or intake.triage is None:
            route(intake, services)
        return said

    # --- asking --------------------------------------------------------------------------------------------------------------------

    def ask(self, before: str = "", *, stay: bool = False) -> list[Reply]:
        """The next question; `stay` keeps to a question that a correction has put."""
        intake = self.intake
        if not (stay and intake.asked and intake.attempts.get(intake.asked)):
            intake.asked = intake.next()
        if intake.asked == "confirm" and not intake.filing_key:
            intake.filing_key = new_filing_key()
        if intake.asked == "confirm" and intake.triage is None:
            route(intake, self.services)
        return [question(intake, self.services, before=before)]

    def again(self) -> Reply:
        """The same question in one short line."""
        return question(self.intake, self.services, brief=True)

    def refuse(self, error: InvalidValue) -> Reply:
        """Why the value was not taken, and the question again."""
        self.failed(error.slot)
        reason = self.services.replies.text(f"reason.{error.reason}", **error.details)
        return question(self.intake, self.services, before=reason)

    def failed(self, slot: str) -> None:
        self.intake.attempts[slot] = self.intake.attempts.get(slot, 0) + 1
