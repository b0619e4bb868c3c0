"""What is asked in the middle of a form: answered, whatever form it is; the form's own question follows."""

from __future__ import annotations

from actions import answer, channel, guide, talk
from actions.heard import Heard
from actions.memory import Memory
from actions.reject import rejection
from actions.sense import sense_in_form
from actions.services import Services
from knowledge.reply import Reply

SURELY_ABOUT_US = 0.8  # then it is a question whatever the classifier made of it
SMALL_TALK = ("greet", "thanks", "help")


def digression(heard: Heard, memory: Memory, services: Services, question: str, *, least: float) -> list[Reply]:
    """The answer to a question beside the `question` that was put; empty where the message is none.

    `least`: how likely it has to be about petitioning.
    """
    sensed = sense_in_form(heard, memory, services, question)
    if sensed:
        return sensed
    if heard.is_button("channel"):
        return [channel.how_to(heard, services)]
    if heard.is_button("guide"):
        return [guide.how_such_things_go(heard, services)]
    if heard.is_button("ask") or (not heard.button and is_question(heard, services, least)):
        return [answer.answer(heard, services, in_form=True)]
    return []


def is_question(heard: Heard, services: Services, least: float) -> bool:
    """Asked like a question, and about something that we can answer."""
    if not services.dialogue.says("question", heard.text):
        return False
    about_us = sum(each.score for each in heard.topics)
    return (heard.intent == "ask" and about_us >= least) or about_us >= SURELY_ABOUT_US


def not_meant(heard: Heard, memory: Memory, services: Services) -> list[Reply]:
    """「不是这个」 right behind an answer; 「没有」 there is an answer to the form's own question."""
    if heard.button or memory.kind != "answer" or services.dialogue.says("skip", heard.text):
        return []
    rejected = rejection(heard, memory, services)
    return [rejected] if rejected else []


def aside(heard: Heard, memory: Memory, services: Services, question: str = "") -> list[Reply]:
    """Whatever is said beside a look-up: 「不是这个」 to the answer before, a question, or small talk."""
    said = not_meant(heard, memory, services)
    if said:
        return said
    said = digression(heard, memory, services, question, least=0.0)
    if said and not heard.button:
        memory.new_question(heard)
    return said or small_talk(heard, services)


def small_talk(heard: Heard, services: Services) -> list[Reply]:
    """The reply to a greeting or to thanks, if the message is nothing else."""
    words = services.dialogue
    sure = heard.intent in SMALL_TALK and heard.confidence >= words.limits["small_talk"]
    if heard.button or not sure or len(heard.text) > words.limit("longest_small_talk"):
        return []
    return [talk.small_talk(heard.intent, services)]
