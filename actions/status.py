"""Where a case stands, asked for in conversation: number, then query code, then the clock and the next right."""

from __future__ import annotations

from dataclasses import dataclass

from actions import talk
from actions.danger import heard_danger
from actions.digress import digression, not_meant, small_talk
from actions.heard import Heard
from actions.intake.ask import chinese_date
from actions.intake.pause import wants_to_stop
from actions.memory import Memory
from actions.narrative import wants_to_file
from actions.services import Services
from actions.talk import domain_notice
from cases.track import CaseView, track
from knowledge.reply import Button, Kind, Reply
from petition.errors import CaseNotFound, LockedOut

NUMBER, CODE = "case_number", "query_code"
ELSEWHERE = {"file": "intake_form", "complain": "action_triage", "resume": "action_resume"}


@dataclass
class StatusQuery:
    """The two halves of a receipt, as far as they are known; `tries` counts answers that held neither."""

    number: str = ""
    code: str = ""
    asked: str | None = None
    tries: int = 0


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
            self.read()
            return [*danger, self.ask()]
        if self.query.asked and self.leaves():
            return self.leave()
        if self.heard.is_button("attach"):
            return self.attach()
        self.read()
        if self.query.number and self.query.code:
            return self.look_up()
        if not self.query.asked or self.heard_a_half():
            return [self.ask()]
        said = self.digress()
        return [*said, self.ask()] if said else self.not_understood()

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

    def digress(self) -> list[Reply]:
        """What is asked in between, and 「不是这个」 to its answer."""
        heard, services = self.heard, self.services
        said = not_meant(heard, self.memory, services)
        if said:
            return said
        said = digression(heard, self.memory, services, self.question().text, least=0.0)
        if said and not heard.button:
            self.memory.new_question(heard)
        return said or small_talk(heard, services)

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

    # --- looking up ----------------------------------------------------------------------------------------------------------------

    def look_up(self) -> list[Reply]:
        """The case, or why not; after a miss both halves are asked again."""
        try:
            with self.services.register.unit_of_work() as uow:
                view = track(uow, self.query.number, self.query.code, client=self.client, now=self.services.now())
        except CaseNotFound as error:
            self.query.number = self.query.code = ""
            return [domain_notice(error, self.services), self.ask()]
        except LockedOut as error:
            return self.end(domain_notice(error, self.services))
        return self.end(status_reply(view, self.services))


def status_reply(view: CaseView, services: Services) -> Reply:
    """The stage, the days that are left and the next right, in words and as data."""
    texts = services.replies
    lines = [texts.text("status.stage", number=view.number, stage=view.roadmap.stage.label)]
    if view.due is not None and view.days_left is not None:
        key = "status.days-left" if view.days_left >= 0 else "status.late"
        lines.append(texts.text(key, due=chinese_date(view.due.isoformat()), days=abs(view.days_left)))
    lines += [
        texts.text("status.right", act=each.act.label, until=chinese_date(each.until.isoformat()), to=each.to)
        for each in view.roadmap.rights
        if each.until
    ]
    return Reply(kind=Kind.STATUS, text="\n".join(lines), case=view.as_dict(), roadmap=view.roadmap.as_dict())
