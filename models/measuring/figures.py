"""Counts with their intervals, and small statistics."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_Z_95 = 1.959964


@dataclass(frozen=True)
class Share:
    """`count` of `total`, with the 95 % interval of Wilson."""

    count: int
    total: int

    @property
    def value(self) -> float:
        return self.count / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Bounds of the true share (Wilson 1927); (0, 1) when nothing was counted."""
        if not self.total:
            return 0.0, 1.0
        n, p, z = self.total, self.value, _Z_95
        scale = 1 + z * z / n
        centre = (p + z * z / (2 * n)) / scale
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
        return max(0.0, centre - half), min(1.0, centre + half)

    def __str__(self) -> str:
        if not self.total:
            return "–"
        low, high = self.interval
        return f"{100 * self.value:.1f} % [{100 * low:.0f}, {100 * high:.0f}] of {self.total}"


def share(hits: Iterable[bool]) -> Share:
    found = list(hits)
    return Share(sum(found), len(found))


def events_per_hour(events: int, hours: float) -> tuple[float, float]:
    """Events an hour and the upper bound of its 95 % interval (exact Poisson, one-sided for 0 events)."""
    from scipy.stats import chi2

    if hours <= 0:
        return math.nan, math.inf
    upper = chi2.ppf(0.95 if events == 0 else 0.975, 2 * (events + 1)) / 2
    return events / hours, float(upper) / hours


def quantile(values: Sequence[float], share_below: float) -> float:
    """Linear interpolation; not a number when there are no values."""
    if not values:
        return math.nan
    ordered = sorted(values)
    at = share_below * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def most_confused(pairs: Iterable[tuple[str, str]], most: int = 30) -> list[tuple[str, str, int]]:
    """(said, heard, how often), the commonest first."""
    counted = Counter(pairs)
    return [
        (said, heard, n) for (said, heard), n in sorted(counted.items(), key=lambda i: (-i[1], i[0]))[:most]
    ]
