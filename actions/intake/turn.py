"""One turn of the complaint form: what every step of it needs to ask, to ask again, and to end."""

from __future__ import annotations

from collections.abc import Sequence

from actions.heard import Heard
from actions.intake import another, pause
from actions.intake.ambiguous import choices_in
from actions.intake.ask import question
from actions.intake.correct import which
from actions.intake.finish import new_filing_key
from actions.intake.listen import route
from actions.intake.state import Intake
from actions.memory import Memory
from actions.services import Services
from knowledge.reply import Button, Kind, Reply
from petition.draft import SLOTS
from petition.errors import InvalidValue


class Turn:
    """`goes_on` says whether the form stays open, `stuck` whether the citizen has missed too often, `first` what is said before all else."""

    def __init__(
        self, intake: Intake, heard: Heard, services: Services, *, surface: str, memory: Memory | None = None
    ) -> None:
        self.intake, self.heard, self.services, self.surface = intake, heard, services, surface
        self.memory = memory or Memory()
        self.goes_on = True
        self.stuck = False
        self.first: Sequence[Reply] = ()

    def ask(self, before: str = "", *, stay: bool = False) -> list[Reply]:
        """The next question; `stay` keeps to a question that a correction has put."""
        intake = self.intake
        if not (stay and intake.asked and (intake.attempts.get(intake.asked) or intake.asked in intake.doubts)):
            intake.asked = intake.next(self.services.questions.order(intake.triage))
        if intake.asked == "confirm" and not intake.filing_key:
            intake.filing_key = new_filing_key()
        if intake.asked == "confirm" and intake.triage is None:
            route(intake, self.services)
        return [question(intake, self.services, before=before)]

    def again(self) -> Reply:
        """The same question in one short line."""
        return question(self.intake, self.services, brief=True)

    def choose_correction(self) -> list[Reply]:
        """「修改」: the item that was touched, or which it shall be."""
        slot = self.heard.params.get("slot", "")
        if slot not in SLOTS:
            return [which(self.intake, self.services)]
        self.intake.asked = slot
        self.intake.doubts.pop(slot, None)
        return [question(self.intake, self.services)]

    def refuse(self, error: InvalidValue) -> Reply:
        """Why the value was not taken, and the question again; what can be read in several ways is no miss."""
        if choices := choices_in(error):
            self.intake.doubts[error.slot] = choices
            return question(self.intake, self.services)
        self.failed(error.slot)
        reason = self.services.replies.text(f"reason.{error.reason}", **error.details)
        return question(self.intake, self.services, before=reason)

    def failed(self, slot: str) -> None:
        self.intake.attempts[slot] = self.intake.attempts.get(slot, 0) + 1
        self.stuck = self.intake.attempts[slot] >= self.services.dialogue.limit("person")

    def done(self, reply: Reply, filed: str) -> list[Reply]:
        """Nothing of the draft is left; a story that waited is next."""
        self.goes_on = False
        story = self.intake.next_story
        pause.wipe(self.intake)
        self.intake.filed_key = filed
        if not story:
            return [reply]
        another.start(self.intake, story, self.services)
        offered = [Button(title=self.services.replies.text("button.file-here"), payload="/file")]
        return [reply, self.services.replies.say(Kind.CHOICE, "another.next", offered)]
