"""The figures of one process for Prometheus. No label holds a person's data, and each takes few values."""

import platform
from collections.abc import Sequence
from datetime import timedelta
from itertools import product

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.dialogue.turn import Refusal
from bot.gateway.tally import Result
from bot.roles import Role
from bot.version import VERSION
from bot.vitals import Vitals
from db.models import Status
from jobs.crowd import Crowd
from jobs.lane import Lane
from jobs.suggest.kinds import KINDS

_OTHER = "other"
_BECAME = (Status.PLANNED, Status.SENT, Status.SKIPPED, Status.MISSED, Status.FAILED)
_LATE = timedelta(minutes=5)
_LATENESS = (0.5, 1, 2, 5, 10, 30, 60, 300, 900, 1800, 3600, 7200)
_WAITS = (0.001, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 900, 3600)
_ANSWERS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Fulfils `jobs.watch.Watch` and `bot.gateway.tally.Tally`. `rate`: messages a second of the whole token."""

    def __init__(self, vitals: Vitals, *, role: Role, rate: int) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._rate = rate
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._describe(vitals, role)
        self._of_nudges()
        self._of_messages()
        self._of_people(role)
        self._of_crowds()

    def _describe(self, vitals: Vitals, role: Role) -> None:
        build = {"version": VERSION, "role": role, "python": platform.python_version()}
        Info(_named("build"), "What runs here", registry=self._registry).info(build)
        if role.ticks:
            age = Gauge(_named("tick_age_seconds"), "Since the last tick that went through", registry=self._registry)
            age.set_function(lambda: vitals.tick_age)

    def _of_nudges(self) -> None:
        self._planned = self._counter("deliveries_planned", "Nudges that fell due")
        self._settled = self._counter("deliveries_settled", "Nudges by what became of them", "kind", "status")
        for kind, status in product((*KINDS, _OTHER), _BECAME):  # so that the first one shows as a rise
            self._settled.labels(kind, status)
        self._late = self._counter("deliveries_late", "Nudges sent over 5 minutes late")
        self._lateness = self._histogram("delivery_lateness_seconds", "From promised to sent", _LATENESS)

    def _of_messages(self) -> None:
        self._waits = self._histogram("message_wait_seconds", "Wait for the budget", _WAITS, "lane")
        self._refusals = self._counter("rate_limited", "Answers 429 from Telegram")
        self._halted = self._counter("halted_seconds", "Silence that Telegram asked for")

    def _of_people(self, role: Role) -> None:
        self._updates = self._counter("updates", "Updates by result", "result")
        self._answers = self._histogram("update_seconds", "An update's handling, its answer included", _ANSWERS)
        self._errors = self._counter("errors", "What went wrong", "kind")
        if role is Role.WEB:
            self._errors.labels("webhook")
        self._presses = self._counter("refused_presses", "Taps on buttons that changed nothing, by why", "reason")
        for why in Refusal:
            self._presses.labels(why)

    def _of_crowds(self) -> None:
        self._backlog = self._gauge("backlog_deliveries", "Nudges that are ripe and not sent")
        self._drain = self._gauge("backlog_drain_seconds", "How long these take at the budget")
        self._crowd = self._gauge("crowd_deliveries", "Nudges that fall due in the worst minute of the coming day")
        self._crowd_at = self._gauge("crowd_timestamp_seconds", "When that minute is")
        self._crowd_drain = self._gauge("crowd_drain_seconds", "Until the last nudge of that minute has left")

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(_named(name), about, labels, registry=self._registry)

    def _gauge(self, name: str, about: str) -> Gauge:
        return Gauge(_named(name), about, registry=self._registry)

    def _histogram(self, name: str, about: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(_named(name), about, labels, buckets=buckets, registry=self._registry)

    def exposition(self) -> bytes:
        """All of it in Prometheus's text format."""
        return generate_latest(self._registry)

    def planned(self, count: int) -> None:
        self._planned.inc(count)

    def settled(self, kind: str, status: str, *, late_by: timedelta | None) -> None:
        self._settled.labels(kind if kind in KINDS else _OTHER, status).inc()
        if late_by is not None:
            self._lateness.observe(max(0.0, late_by.total_seconds()))
            self._late.inc(late_by > _LATE)

    def permitted(self, lane: Lane, *, waited: float) -> None:
        self._waits.labels(lane.name.lower()).observe(waited)

    def halted(self, seconds: float) -> None:
        self._refusals.inc()
        self._halted.inc(seconds)

    def failed(self, what: str) -> None:
        self._errors.labels(what).inc()

    def updated(self, result: Result, *, seconds: float | None) -> None:
        self._updates.labels(result).inc()
        if seconds is not None:
            self._answers.observe(seconds)

    def refused(self, why: Refusal) -> None:
        self._presses.labels(why).inc()

    def waiting(self, count: int) -> None:
        """So many nudges are ripe."""
        self._backlog.set(count)
        self._drain.set(count / self._rate)

    def foreseen(self, crowd: Crowd | None) -> None:
        """The worst minute of the coming day; None when nothing is due."""
        self._crowd.set(crowd.due if crowd else 0)
        self._crowd_at.set(crowd.at.timestamp() if crowd else 0)
        self._crowd_drain.set(crowd.drains_in.total_seconds() if crowd else 0)


def _named(rest: str) -> str:
    return f"cramp_coach_{rest}"
