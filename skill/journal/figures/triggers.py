"""What the day before nights with cramp was like. Pure; small numbers stay numbers, and no cause is claimed.

The question is asked of nights with a cramp only, so nothing here compares them with nights without one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from skill.journal.figures.extracts import EpisodeExtract
from skill.journal.figures.statistics import severity
from skill.journal.storage.rows import Summary

FEWEST_FOR_PAIN = 3
"""Nights with known pain from which a usual pain is named."""


@dataclass(frozen=True, slots=True)
class TriggerNights:
    """Nights with cramp after a day of one kind. `name` "" is all that the question was answered for."""

    name: str
    nights: int
    cramps: int
    usual_pain: float | None  # median of the worst pain of each night; None where too few are known


def trigger_nights(
    extracts: Sequence[EpisodeExtract], episodes: Sequence[Summary]
) -> tuple[TriggerNights, ...]:
    """All answered nights first, then each kind of day, the commonest first; () where nobody answered."""
    days: dict[date, set[str]] = {}
    for each in extracts:
        if each.triggers_told:
            days.setdefault(each.night, set()).update(each.triggers)
    if not days:
        return ()
    counts = Counter(name for names in days.values() for name in names)
    rows = [_row("", frozenset(days), episodes)]
    for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        rows.append(_row(name, frozenset(n for n, names in days.items() if name in names), episodes))
    return tuple(rows)


def _row(name: str, nights: frozenset[date], episodes: Sequence[Summary]) -> TriggerNights:
    worst: dict[date, int] = {}
    cramps = 0
    for episode in episodes:
        if episode.night in nights:
            cramps += 1
            pain = severity(episode)
            if pain is not None:
                worst[episode.night] = max(pain, worst.get(episode.night, 0))
    usual = float(median(worst.values())) if len(worst) >= FEWEST_FOR_PAIN else None
    return TriggerNights(name, len(nights), cramps, usual)
