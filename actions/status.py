"""Where a case stands, asked for in conversation: number, then query code, then the clock and the next right."""

from __future__ import annotations

from collections.abc import Callable

from actions import talk
from actions.case.plans import PARTS
from actions.case.query import CODE as CODE
from actions.case.query import NUMBER as NUMBER
from actions.case.query import StatusQuery as StatusQuery
from actions.case.standing import status_reply as status_reply
from actions.case.turn import CaseTurn
from actions.case.wishes import wished
from actions.danger import heard_danger
from actions.digress import aside
from actions.heard import Heard
from actions.intake.pause import wants_to_stop
from actions.memory import Memory
from actions.narrative import wants_to_file
from actions.services import Services
from actions.talk import domain_notice
from cases.track import normal_number, track
from knowledge.reply import Button, Kind, Reply
from petition.errors import CaseNotFound, LockedOut

ELSEWHERE = {"file": "intake_form", "complain": "action_triage", "resume": "action_resume"}


class StatusTurn:
    """Hears one message of a status query; `goes_on` says whether more is to be asked, `then` which action takes over,
    `handed_in` which file came."""

    def __init__(
        self, query: StatusQuery, heard: Heard, services: Services, *, client: str, memory: Memory | None = None
    ) -> None:
        self.query, self.heard, self.services, self.client = query, heard, services, client
        self.memory = memory or Memory()
        self.goes_on = True
        self.then: str | None = None
        self.handed_in = ""

    def replies(self) -> list[Reply]:
        """What the citizen gets; `query` is changed on the way."""
        danger = heard_danger(self.heard, self.services)
        if danger:
            return [*danger, self.after_danger()]
        if self.query.is_stale(self.services.now()):
            self.query.forget_code()
            return [self.services.replies.say(Kind.NOTICE, "status.idle"), self.ask()]
        if self.at_case:
            return self.act()
        if self.query.asked and self.leaves():
            return self.leave()
        if self.heard.is_button("attach"):
            return self.attach()
        self.read()
        if self.query.number and self.query.code:
            return self.look_up()
        if not self.query.asked or self.heard_a_half():
            return [self.ask()]
        said = aside(self.heard, self.memory, self.services, self.question().text)
        return [*said, self.ask()] if said else self.not_understood()

    @property
    def at_case(self) -> bool:
        """Whether a case has been shown, which the message may be about."""
        return bool(self.query.code) and self.query.asked in PARTS

    def after_danger(self) -> Reply:
        """What was asked is asked again; a case that is shown waits."""
        if not self.at_case:
            self.read()
            return self.ask()
        return self.services.replies.say(Kind.NOTICE, "case.waits")

    # --- leaving -------------------------------------------------------------------------------------------------------------------

    def leaves(self) -> bool:
        """Whether the citizen wants something else now."""
        heard = self.heard
        elsewhere = heard.intent in ELSEWHERE and (
            heard.button or heard.confidence >= 0.5 or wants_to_file(heard, self.services)
        )
        return elsewhere or self.stops() or self.wants_a_person()

    def stops(self) -> bool:
        return wants_to_stop(self.heard, self.services) or self.heard.is_button("deny", "discard")

    def wants_a_person(self) -> bool:
        words = self.services.dialogue
        return self.heard.is_button("handoff") or (not self.heard.button and words.says("handoff", self.heard.text))

    def leave(self) -> list[Reply]:
        if self.wants_a_person():
            return self.end(talk.handoff(self.heard, self.services))
        if self.stops():
            return self.end(self.services.replies.say(Kind.NOTICE, "status.stopped"))
        files = not self.heard.button and wants_to_file(self.heard, self.services)
        self.goes_on, self.then = False, ELSEWHERE["file" if files else self.heard.intent]
        return []

    def end(self, reply: Reply) -> list[Reply]:
        self.goes_on = False
        return [reply]

    # --- asking --------------------------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Take what the message brings of the two halves."""
        heard, query = self.heard, self.query
        number = heard.entities.get(NUMBER) or heard.whole.get(NUMBER)
        code = heard.entities.get(CODE)
        if not number and not code and query.asked == CODE:
            code = heard.whole.get(CODE)
        query.number, query.code = str(number or query.number), str(code or query.code)

    def heard_a_half(self) -> bool:
        return bool(self.heard.entities.get(NUMBER) or self.heard.entities.get(CODE) or self.heard.whole.get(NUMBER))

    def not_understood(self) -> list[Reply]:
        """Say what is missing once more; then leave it, with a person to turn to."""
        self.query.tries += 1
        if self.query.tries >= self.services.dialogue.limit("person"):
            return self.end(talk.handoff(self.heard, self.services))
        return [self.ask(again=True)]

    def ask(self, *, again: bool = False) -> Reply:
        """The half that is missing; it is awaited from now on."""
        reply = self.question(again=again)
        self.query.asked = reply.asks
        return reply

    def question(self, *, again: bool = False) -> Reply:
        slot = CODE if self.query.number else NUMBER
        buttons = [Button(title=self.services.replies.text("button.person"), payload="/handoff")]
        reply = self.services.replies.say(Kind.QUESTION, f"status.{'again' if again else 'ask'}.{slot}", buttons)
        reply.asks = slot
        return reply

    def attach(self) -> list[Reply]:
        """A file that arrives meanwhile is kept for a complaint; what was asked is asked once more."""
        self.handed_in = self.heard.params.get("id", "")
        return [self.services.replies.say(Kind.NOTICE, "attached-status"), self.ask()]

    # --- the case ------------------------------------------------------------------------------------------------------------------

    def look_up(self) -> list[Reply]:
        """The case, or why not; after a miss both halves are asked again."""
        return self.with_case(CaseTurn.show)

    def act(self) -> list[Reply]:
        """One message of somebody who sees their case: about another case, about this one, or about something else."""
        if self.names_another():
            self.query.drop()
            self.query.code = ""
            self.read()
            return self.look_up() if self.query.code else [self.ask()]
        if self.query.doing is None and not self.heard.is_button("deny") and self.leaves() and not self.wishes():
            return self.leave()
        return self.with_case(CaseTurn.replies)

    def names_another(self) -> bool:
        """Another receipt; a number inside of what is told for an act is part of the telling."""
        heard = self.heard
        number = heard.whole.get(NUMBER) or (None if self.query.doing else heard.entities.get(NUMBER))
        other = bool(number) and normal_number(str(number)) != normal_number(self.query.number)
        return other or (bool(number) and bool(heard.entities.get(CODE)))

    def wishes(self) -> bool:
        """「不告了」 is a wish to withdraw before it is a wish to stop."""
        return not self.heard.button and wished(self.heard, (), self.services) is not None

    def with_case(self, hear: Callable[[CaseTurn], list[Reply]]) -> list[Reply]:
        """The code is checked each time: what is kept of it opens nothing by itself."""
        try:
            with self.services.register.unit_of_work() as uow:
                view = track(uow, self.query.number, self.query.code, client=self.client, now=self.services.now())
        except CaseNotFound as error:
            self.query.drop()
            self.query.number = self.query.code = ""
            return [domain_notice(error, self.services), self.ask()]
        except LockedOut as error:
            return self.end(domain_notice(error, self.services))
        turn = CaseTurn(self.query, view, self.heard, self.services, self.memory)
        replies = hear(turn)
        self.goes_on, self.handed_in = turn.goes_on, turn.handed_in
        return replies
