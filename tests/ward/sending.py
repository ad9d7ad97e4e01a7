"""Rows and batches as a bed sends them."""

from __future__ import annotations

from datetime import datetime, timedelta

from skill.connect.ward.wire import Batch
from skill.journal.episode import Event
from tests.connect.servers import THREE

DANGER = {"sign": "T1", "number": "113", "advice": "113"}


def row(number: int, kind: str, after_s: float = 0, episode: str | None = None, /, **data: str) -> Event:
    at = THREE + timedelta(seconds=after_s)
    return Event(number, f"uuid-{number}", at, "Europe/Oslo", "device", episode, kind, data)


def batch(*rows: Event, after: int = 0, sent_at: datetime = THREE, gone: tuple[str, ...] = (),
          device: str = "device") -> Batch:  # fmt: skip
    upto = max((each.id for each in rows), default=after)
    return Batch(f"batch-{after}-{upto}", device, after, upto, sent_at, rows, gone)


CRAMP = (row(1, "service_started"), row(2, "episode_started", 10, "e", place="calf"),
         row(3, "step_started", 12, "e", protocol="calf", rung="toes"))  # fmt: skip
