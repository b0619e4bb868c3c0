"""Telegram for the staff (默认不开): procedure questions with their law, where a case stands, what is late. Never a name or a story.

A process of its own, `python -m desk.telegram`: `intake` takes updates from the Bot API (asked for, or sent to our webhook), `door` decides
what each is, `conversation` answers bound staff, `sending` carries the answer, `daily` tells of late cases once a day.
"""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library warns at every 429 of whoever has not chosen its new type
