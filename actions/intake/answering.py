"""The answer to the question that was put: consent, the summary, a story, a value."""

from __future__ import annotations

from actions.intake import already, ambiguous, another, pause
from actions.intake.ask import question, summary, understood
from actions.intake.correct import STORIES
from actions.intake.finish import file_it
from actions.intake.listen import FROM_STORY, listen, route
from actions.intake.turn import Turn
from actions.intake.values import answered, make_anonymous, take, take_contact
from cases.similar import Known
from knowledge.reply import Kind, Reply
from petition.errors import InvalidValue

LEAST_TOLD = 4


class Answering(Turn):
    """Steps that take an answer; the last one always answers."""

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
