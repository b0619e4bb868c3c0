"""Danger heard in what somebody says, before anything else: self-harm, violence, an emergency, a threat (data/care)."""

from knowledge.care.answer import safety_reply
from knowledge.care.load import load_care
from knowledge.care.reading import Care, Danger

__all__ = ["Care", "Danger", "load_care", "safety_reply"]
