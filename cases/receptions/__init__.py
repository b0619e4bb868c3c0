"""Reception days of leaders (领导接访, 《信访工作条例》第十八条第二款): the calendar, places in the queue, who came."""

from __future__ import annotations

from cases.receptions.bookings import Slip, Visitor, book, book_at_window, booked_by, cancel
from cases.receptions.days import BookingState, DayNotFound, Plan, Reception, add_day, cancel_day, day_of, days, is_over
from cases.receptions.window import Caller, InQueue, cancel_at_window, delete_old, mark, queue_of, remind, reveal

__all__ = [
    "BookingState",
    "Caller",
    "DayNotFound",
    "InQueue",
    "Plan",
    "Reception",
    "Slip",
    "Visitor",
    "add_day",
    "book",
    "book_at_window",
    "booked_by",
    "cancel",
    "cancel_at_window",
    "cancel_day",
    "day_of",
    "days",
    "delete_old",
    "is_over",
    "mark",
    "queue_of",
    "remind",
    "reveal",
]
