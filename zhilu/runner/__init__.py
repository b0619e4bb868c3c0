"""Keeps the programs of one installation running: supervisord keeps them, this package tells it which and watches."""
