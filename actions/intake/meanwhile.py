"""What may come at any moment of the form: stopping, a person, a file, a status query, a correction, a question in between."""

from __future__ import annotations

from actions import papers, talk
from actions.digress import digression, small_talk
from actions.intake import another, pause
from actions.intake.correct import STORIES, correct, is_correction
from actions.intake.lookup import looked_up
from actions.intake.turn import Turn
from actions.intake.values import READ_BY_ENGINE, make_anonymous, skip, take, wants_no_name
from actions.intake.wording import without_phone
from knowledge.reply import Reply
from petition.draft import check_value
from petition.errors import InvalidValue


class Meanwhile(Turn):
    """Steps that answer, and come back to the question that was put; None where a message is nothing of the kind."""

    def stop(self) -> list[Reply] | None:
        return [pause.offer(self.intake, self.services)] if pause.wants_to_stop(self.heard, self.services) else None

    def hand_over(self) -> list[Reply] | None:
        heard = self.heard
        if heard.is_button("handoff") or (not heard.button and self.services.dialogue.says("handoff", heard.text)):
            reply = talk.handoff(heard, self.services)
            self.intake.flagged = bool(heard.conversation)
            return [reply, another.ask(self.services) if self.intake.other_story else self.again()]
        return None

    def choose_pause(self) -> list[Reply]:
        reply, self.goes_on = pause.decide(self.intake, self.heard, self.services)
        return [reply]

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
        heard, services = self.heard, self.services
        key = f"ask.{self.intake.asked}"
        question = services.replies.text(key) if key in services.replies else ""
        said = digression(heard, self.memory, services, question, least=services.dialogue.limits["ask"])
        if not said and heard.is_button("paper"):
            said = [papers.written(self.intake, heard, services)]
        if not said and self.intake.asked not in STORIES:
            said = small_talk(heard, services)
        return [*said, self.again()] if said else None
