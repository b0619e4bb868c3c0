"""What Prometheus is told: counts and times, never a word of a citizen."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from cases.outbox import Figures

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The figures of one public server process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "zhilu_requests", "Requests by route and status", ("method", "route", "status"), registry=self.registry
        )
        self.turn_seconds = Histogram(
            "zhilu_turn_seconds", "One message, until its replies", buckets=SECONDS, registry=self.registry
        )
        self.faults = Counter("zhilu_faults", "What failed, by place", ("place",), registry=self.registry)
        self.notices = Counter("zhilu_notices", "Notices given in place of an answer", registry=self.registry)
        self.open_conversations = Gauge(
            "zhilu_open_conversations", "Opened and not yet ended, since this process started", registry=self.registry
        )

        self.handovers_waiting = Gauge(
            "zhilu_handovers_waiting",
            "Citizens in danger or asking for a person, not yet taken",
            registry=self.registry,
        )

        self.outbox = {
            what: Gauge(f"zhilu_outbox_{what}", title, registry=self.registry)
            for what, title in (
                ("waiting", "Messages that have not left yet"),
                ("dead", "Messages that were given up"),
                ("oldest_seconds", "How long the oldest waiting message has waited"),
            )
        }

    def note_outbox(self, figures: Figures) -> None:
        """What waits to leave the house."""
        self.outbox["waiting"].set(figures.waiting)
        self.outbox["dead"].set(figures.dead)
        self.outbox["oldest_seconds"].set(figures.oldest.total_seconds())

    def render(self) -> bytes:
        """The text format."""
        return generate_latest(self.registry)
