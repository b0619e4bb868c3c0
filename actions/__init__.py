"""Rasa custom actions, thin: one module a conversation task."""
