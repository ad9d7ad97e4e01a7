"""/metrics of a ward for Prometheus: numbers and the beds' pseudonyms, no names, no words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from skill import __version__
from skill.connect.ward.wire import Batch, Stored
from skill.ward.board import URGENCY, BoardLine, board
from skill.ward.one_question import OneQuestion
from skill.ward.store import StaffMember, WardStore
from skill.web.showing.prometheus import Family

WAITED_WITHIN_S = (1.0, 5.0, 15.0, 60.0, 300.0, 3600.0, 86400.0)
STORED_WITHIN_S = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
ANSWERS_WITHIN_S = 3.0  # Prometheus itself gives up after ten


@dataclass
class SecondsHistogram:
    """A histogram of seconds. Safe from several threads."""

    within_s: tuple[float, ...]
    _counts: list[int] = field(init=False)
    _sum_s: float = 0.0
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._counts = [0] * len(self.within_s)

    def add(self, took_s: float) -> None:
        with self._lock:
            self._sum_s, self._count = self._sum_s + took_s, self._count + 1
            for place, limit_s in enumerate(self.within_s):
                self._counts[place] += took_s <= limit_s

    def family(self, name: str, text: str) -> Family:
        with self._lock:
            samples: dict[str, float | None] = {
                f'_bucket{{le="{limit_s:g}"}}': count
                for limit_s, count in zip(self.within_s, self._counts, strict=True)
            }
            rest = {'_bucket{le="+Inf"}': self._count, "_sum": self._sum_s, "_count": self._count}
        return Family(name, "histogram", text, samples | rest)


class WardCounts:
    """What the consumer counts since it started."""

    def __init__(self) -> None:
        self.foreign = 0  # messages that were none of a bed
        self.not_stored = 0
        self._waited = SecondsHistogram(WAITED_WITHIN_S)
        self._took = SecondsHistogram(STORED_WITHIN_S)
        self._upto: dict[tuple[str, str], int] = {}

    def stored(self, bed: str, batch: Batch, answer: Stored, took_s: float) -> None:
        """A batch is in the database, or was before. `took_s`: how long the database needed."""
        self._took.add(took_s)
        if answer.refused:
            return
        known = self._upto.get((bed, batch.device), 0)
        for row in batch.rows:
            if row.id > known:
                self._waited.add(max(0.0, (batch.sent_at - row.at).total_seconds()))
        self._upto[bed, batch.device] = max(known, answer.upto)

    def families(self) -> Iterator[Family]:
        yield Family("krampevakt_ward_foreign_messages_total", "counter",
                     "Messages that were none of a bed; nothing of them was taken.", {"": self.foreign})  # fmt: skip
        yield Family("krampevakt_ward_batches_not_stored_total", "counter",
                     "Batches not taken by the database; the beds send them again.", {"": self.not_stored})  # fmt: skip
        yield self._waited.family(
            "krampevakt_ward_row_waited_seconds",
            "From a row's moment at the bed until the bed sent it the time that it was stored, by the bed's clock.",
        )
        yield self._took.family(
            "krampevakt_ward_store_seconds", "How long the database took to store a batch."
        )


@dataclass(frozen=True, slots=True)
class BedsNow:
    """What the database said at one time."""

    people: Mapping[str, StaffMember]
    lines: tuple[BoardLine, ...]
    seen_at: Mapping[str, datetime]  # bed → its last report
    took_s: float


class DatabaseLook:
    """How all beds are, without waiting for a database that is frozen."""

    def __init__(self, store: WardStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._question = OneQuestion("ward-metrics", self._look)
        self.people: Mapping[str, StaffMember] = {}  # who may ask, as of the last answer

    def look(self, within_s: float = ANSWERS_WITHIN_S) -> BedsNow | None:
        """None where the database doesn't answer in time."""
        try:
            found = self._question.answer(within_s)
        except SQLAlchemyError:
            return None
        if found is not None:
            self.people = found.people
        return found

    def _look(self) -> BedsNow:
        began_s = time.perf_counter()
        people, beds = self._store.people(), self._store.beds()
        lines = board(beds, self._store.seen_by(), self._now())
        seen_at = {bed.bed: bed.seen_at for bed in beds}
        return BedsNow(people, lines, seen_at, time.perf_counter() - began_s)


def of_ward(look: BedsNow | None, counts: WardCounts, trouble: bool, now: datetime) -> Iterator[Family]:
    """`trouble`: something is wrong with the way of the beds' messages."""
    yield Family(
        "krampevakt_ward_build_info", "gauge", "Version of the program.", {f'{{version="{__version__}"}}': 1}
    )
    yield Family("krampevakt_ward_database_up", "gauge", "1 while the database answers.",
                 {"": look is not None})  # fmt: skip
    yield Family("krampevakt_ward_messages_up", "gauge", "1 while the beds' messages arrive and are stored.",
                 {"": not trouble})  # fmt: skip
    yield from counts.families()
    if look is not None:
        yield from _of_beds(look, now)


def _of_beds(look: BedsNow, now: datetime) -> Iterator[Family]:
    yield Family("krampevakt_ward_database_seconds", "gauge",
                 "How long the database took to say how all beds are.", {"": look.took_s})  # fmt: skip
    yield Family(
        "krampevakt_ward_beds", "gauge", "Beds by what they need.",
        {f'{{need="{need}"}}': sum(line.need == need for line in look.lines) for need in URGENCY},
    )  # fmt: skip
    waiting = [line.since for line in look.lines if line.need == "danger" and not line.seen_by and line.since]
    yield Family("krampevakt_ward_unacknowledged_dangers", "gauge",
                 "Beds with a danger sign that nobody has acknowledged.", {"": len(waiting)})  # fmt: skip
    yield Family(
        "krampevakt_ward_unacknowledged_danger_age_seconds", "gauge", "Of the oldest such danger sign, 0 for none.",
        {"": max(((now - since).total_seconds() for since in waiting), default=0.0)},
    )  # fmt: skip
    yield Family(
        "krampevakt_ward_bed_report_age_seconds", "gauge", "Since a bed last reported, by its pseudonym.",
        {f'{{bed="{bed}"}}': (now - at).total_seconds() for bed, at in look.seen_at.items()},
    )  # fmt: skip
    yield Family("krampevakt_ward_beds_with_another_device", "gauge",
                 "Beds as which another device reports; it is refused.",
                 {"": sum(line.other_device for line in look.lines)})  # fmt: skip
    yield Family("krampevakt_ward_beds_with_wrong_clock", "gauge", "Beds whose clock is minutes off.",
                 {"": sum(line.clock_is_off for line in look.lines)})  # fmt: skip
