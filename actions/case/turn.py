"""One message of somebody who has shown the receipt of a case: a wish, an answer to what an act asks, or something else."""

from __future__ import annotations

from actions import talk
from actions.case import asking, doing
from actions.case.plans import FREE, PAPERS, PARTS, Part, next_part
from actions.case.query import StatusQuery
from actions.case.standing import status_reply
from actions.case.wishes import is_over, wished
from actions.choose import chosen, pressed
from actions.digress import aside
from actions.heard import Heard
from actions.intake.pause import wants_to_stop
from actions.memory import Memory
from actions.services import Services
from cases.actors import Citizen
from cases.notices import mark_seen
from cases.track import CaseView, view_again
from knowledge.refusals import refused
from knowledge.reply import Kind, Reply
from petition.errors import Conflict, NotAllowed
from petition.stages import Act


class CaseTurn:
    """`goes_on` says whether more is to be heard of this case, `handed_in` which file came that is not for it."""

    def __init__(self, query: StatusQuery, view: CaseView, heard: Heard, services: Services, memory: Memory) -> None:
        self.query, self.view, self.services, self.memory = query, view, services, memory
        self.heard = self.spelled_out(heard)
        self.goes_on = True
        self.handed_in = ""

    def spelled_out(self, heard: Heard) -> Heard:
        """The words or the number of a choice that stands there are its button; an answer in free words is what it is."""
        part = Part(self.query.asked) if self.query.asked in PARTS else Part.MENU
        if heard.button or part in FREE:
            return heard
        doing_now = self.query.doing
        offered = (
            asking.buttons(doing_now, part, self.services)
            if doing_now
            else asking.act_buttons(self.view, self.services)
        )
        payload = chosen(heard.text, [each.model_dump() for each in offered], self.services)
        return pressed(payload, heard) if payload else heard

    def show(self) -> list[Reply]:
        """Where it stands and what can be done; what was told in notices is seen now."""
        reply = status_reply(self.view, self.services)
        if ids := [each.id for each in self.view.notices]:
            with self.services.register.unit_of_work() as uow:
                mark_seen(uow, self.view.id, ids, now=self.services.now())
        self.goes_on = bool(self.view.acts)
        if self.goes_on:
            reply.buttons = asking.act_buttons(self.view, self.services)
            self.query.asked = Part.MENU
        return [reply]

    def replies(self) -> list[Reply]:
        """What the citizen gets; `query` is changed on the way."""
        return self.in_act(self.query.doing) if self.query.doing else self.at_menu()

    # --- the menu ------------------------------------------------------------------------------------------------------------------

    def at_menu(self) -> list[Reply]:
        heard = self.heard
        if act := wished(heard, self.view.acts, self.services):
            return self.begin(act)
        if heard.is_button("attach"):
            return self.attach()
        if self.asks_again():
            return self.show()
        if heard.is_button("cancel") or is_over(heard, self.services):
            self.goes_on = False
            return [self.services.replies.say(Kind.NOTICE, "case.ended")]
        said = aside(heard, self.memory, self.services)
        return [*said, self.menu()] if said else self.not_understood()

    def asks_again(self) -> bool:
        heard = self.heard
        return heard.intent == "status" and (heard.button or heard.confidence >= self.services.dialogue.limits["ask"])

    def begin(self, act: Act) -> list[Reply]:
        if act not in self.view.acts:
            return [self.refusal(doing.why_not(act, self.view, self.services)), self.menu()]
        self.query.begin(act)
        return self.advance()

    def menu(self, *, again: bool = False) -> Reply:
        self.query.asked = Part.MENU
        return asking.menu(self.view, self.services, again=again)

    def not_understood(self) -> list[Reply]:
        """Once more what can be done; then a person."""
        self.query.tries += 1
        if self.query.tries >= self.services.dialogue.limit("person"):
            self.goes_on = False
            return [talk.handoff(self.heard, self.services)]
        return [self.menu(again=True)]

    # --- an act --------------------------------------------------------------------------------------------------------------------

    def in_act(self, act: Act) -> list[Reply]:
        heard, part = self.heard, Part(self.query.asked or Part.MENU)
        if self.gives_up(part):
            self.query.drop()
            return [self.services.replies.say(Kind.NOTICE, "case.dropped"), self.menu()]
        if heard.is_button("attach"):
            return self.attach()
        if heard.is_button("paper") and act in PAPERS:
            return [doing.application(act, self.view, heard, self.services), self.ask(part)]
        if heard.is_button("choose") and (other := wished(heard, self.view.acts, self.services)):
            self.query.drop()
            return self.begin(other)
        answered = asking.answer(part, heard, self.services)
        if answered is not None:
            self.query.said[part] = answered
            return self.advance()
        return self.unanswered(act, part)

    def gives_up(self, part: Part) -> bool:
        heard, services = self.heard, self.services
        words = services.dialogue
        no = part is Part.CONFIRM and not heard.button and words.says("no", heard.text)
        no = no and not words.says("skip", heard.text)  # 「没有了」 behind a supplement: nothing more to add
        return no or heard.is_button("deny") or wants_to_stop(heard, services)

    def unanswered(self, act: Act, part: Part) -> list[Reply]:
        """More to add, a question in between, or nothing that helps."""
        if said := aside(self.heard, self.memory, self.services):
            return [*said, self.ask(part)]
        if act is Act.SUPPLEMENT and self.heard.text:
            told = self.query.said.get(Part.TEXT) or ""
            self.query.said[Part.TEXT] = f"{told}\n{self.heard.text}".strip()
            return [self.ask(part)]
        self.query.tries += 1
        if self.query.tries < self.services.dialogue.limit("person"):
            return [self.ask(part)]
        self.query.drop()
        return [self.services.replies.say(Kind.NOTICE, "case.dropped"), self.menu()]

    def attach(self) -> list[Reply]:
        """A file is material for the case where it takes any; else it is kept for a complaint."""
        if self.query.doing is None and Act.SUPPLEMENT in self.view.acts:
            self.query.begin(Act.SUPPLEMENT)
        if self.query.doing is not Act.SUPPLEMENT:
            self.handed_in = self.heard.params.get("id", "")
            said = self.services.replies.say(Kind.NOTICE, "attached-status")
            return [said, self.ask(Part(str(self.query.asked))) if self.query.doing else self.menu()]
        files = [*(self.query.said.get("evidence") or ()), self.heard.params.get("id", "")]
        self.query.said["evidence"] = list(dict.fromkeys(filter(None, files)))
        self.query.said.setdefault(Part.TEXT, "")  # a photo may speak for itself
        return [self.ask(Part.CONFIRM)]

    def advance(self) -> list[Reply]:
        act = self.query.doing
        part = next_part(act, self.query.said) if act else None
        return [self.ask(part)] if part else self.finish()

    def ask(self, part: Part) -> Reply:
        self.query.asked = part
        return asking.question(self.query, part, self.view, self.services)

    def finish(self) -> list[Reply]:
        """Do it; a refusal is told with its article, and the rest goes on."""
        act, before = self.query.doing, self.view.stage
        with self.services.register.unit_of_work() as uow:
            try:
                doing.do(uow, self.query, self.view, self.services)
                said = self.services.replies.say(Kind.NOTICE, f"case.done.{act}")
            except (NotAllowed, Conflict) as error:
                said = self.refusal(error)
            self.view = view_again(uow, Citizen(self.view.id), now=self.services.now())
        self.query.drop()
        return [said, *(self.show() if self.view.stage is not before else [self.menu()])]

    def refusal(self, error: NotAllowed | Conflict) -> Reply:
        return Reply(kind=Kind.NOTICE, text=refused(error, self.services.replies))
