"""Rasa graph components: features, classifier and entity extraction for spoken Chinese."""
