"""The steps of a turn of the complaint form, in order; each may end the turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from actions import danger
from actions.intake import evidence, pause, staff
from actions.intake.answering import Answering
from actions.intake.ask import joined, understood
from actions.intake.correct import STORIES
from actions.intake.listen import listen, route
from actions.intake.meanwhile import Meanwhile
from knowledge.reply import Reply


class FormTurn(Meanwhile, Answering):
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
            return (self.care, self.put_back, self.open)
        if self.intake.pausing:
            return (self.care, self.put_back, self.attach, self.choose_pause)
        if self.intake.other_story:
            return (self.care, self.put_back, self.stop, self.hand_over, self.attach, self.choose_story)
        return (
            self.care,
            self.put_back,
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

    def put_back(self) -> None:
        """What turned out infected is said before the reply of the turn."""
        self.first = [*self.first, *evidence.put_back(self.intake, self.services)]

    def tells_story(self) -> bool:
        """Whether a long answer to a question for the story came with the danger: it is taken, and not asked again."""
        long = len(self.heard.text) >= self.services.dialogue.limit("shortest_narrative")
        return long and self.intake.asked in STORIES and not self.intake.pausing

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
