"""Runs inside Rasa (Python 3.10): encoder, extractors, classifier, gateway, patches."""
