"""The public server: conversations, look-ups, pages."""
