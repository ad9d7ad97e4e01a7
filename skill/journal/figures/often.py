"""Whether cramps come so often, or disturb so much, that the doctor should hear of it (T12). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from skill.journal.storage.rows import Summary

WEEK = 7  # nights


@dataclass(frozen=True, slots=True)
class OneWeek:
    """The last seven nights. Neither false starts nor deleted ones count."""

    nights: int  # with a cramp
    most: int  # cramps in one night
    disturbed: int | None  # the worst that anybody told, 0..10; None where nobody told


def one_week(episodes: Sequence[Summary], last: date) -> OneWeek:
    """The seven nights that end with `last`."""
    week = [e for e in episodes if last - timedelta(days=WEEK) < e.night <= last]
    counts = Counter(e.night for e in week)
    told = [e.sleep_disturbance for e in week if e.sleep_disturbance is not None]
    return OneWeek(len(counts), max(counts.values(), default=0), max(told, default=None))
