"""Danger heard in what somebody says, before anything else: self-harm, violence, an emergency, a threat (data/care)."""

from actions.care.load import load_care
from actions.care.reading import Care, Danger

__all__ = ["Care", "Danger", "load_care"]
