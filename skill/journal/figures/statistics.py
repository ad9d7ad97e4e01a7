"""The figures of a period. Pure: from summaries and what is known of each night; nothing is guessed for the rest."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Literal

from skill.journal.figures.coverage import NightState
from skill.journal.storage.rows import Summary
from skill.journal.times import zone_of

Tendency = Literal["more", "fewer", "same", "unknown"]

FEWEST_FOR_USUAL_HOUR = 3  # episodes
FEWEST_FOR_RATE = 7  # heard nights: three cramps in one night are not 21 a week
FEWEST_FOR_TREND = 14  # heard nights in each half
FEWEST_FOR_HELPED = 3  # times a step was tried
_Z = 1.64  # a change that chance alone gives less than one time in ten


@dataclass(frozen=True, slots=True)
class NightFigures:
    """One night of the period."""

    night: date
    state: NightState
    episodes: int
    worst_pain: int | None

    @property
    def logged(self) -> bool:
        """The device listened, or somebody wrote the cramp in: the night counts."""
        return self.episodes > 0 or self.heard

    @property
    def heard(self) -> bool:
        """The device listened, so that no cramp in it would be known too. Only such nights make a rate."""
        return self.state in ("heard", "partly")


@dataclass(frozen=True, slots=True)
class Spread:
    """Of those for which it is known."""

    median: float
    worst: float
    known: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Cramps a week in the first and the second half of the period; None where too few nights were heard."""

    direction: Tendency
    earlier_per_week: float | None = None
    later_per_week: float | None = None


@dataclass(frozen=True, slots=True)
class MeasureEffect:
    """How often one step was followed by «better»."""

    protocol: str
    rung: str
    better: int
    tried: int  # times with a known outcome


@dataclass(frozen=True, slots=True)
class Extreme:
    """The episode that holds a record. `value`: seconds, or pain 0..10."""

    uuid: str
    night: date
    value: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """A period, since..until both included."""

    since: date
    until: date
    nights: tuple[NightFigures, ...]
    episodes: int
    nights_logged: int
    nights_with_cramp: int
    nights_without_data: tuple[date, ...]
    cramps_per_week: float | None  # of the heard nights; None where they are too few to tell
    trend: Trend
    hours: tuple[int, ...]  # episodes by local hour of the clock, 0..23
    usual_hour: int | None
    places: Mapping[tuple[str, str], int]  # (place, side), "" where it isn't known
    duration_s: Spread | None
    pain: Spread | None
    sleep_disturbance: Spread | None
    longest: Extreme | None
    worst: Extreme | None
    effects: tuple[MeasureEffect, ...]  # what helped most first
    interrupted: int
    danger_signs: Mapping[str, int]

    @property
    def helped_most(self) -> MeasureEffect | None:
        """The step most surely followed by «better», once it has been tried a few times."""
        return next((e for e in self.effects if e.tried >= FEWEST_FOR_HELPED and e.better), None)


def severity(episode: Summary) -> int | None:
    """The worst pain told of, 0..10; None where nobody told."""
    known = [pain for pain in (episode.pain_before, episode.pain_after) if pain is not None]
    return max(known, default=None)


def statistics(
    episodes: Sequence[Summary], states: Mapping[date, NightState], since: date, until: date
) -> Statistics:
    """Figures of the nights since..until. `episodes` are neither deleted nor false starts."""
    episodes = [e for e in episodes if since <= e.night <= until]
    nights = _nights(episodes, states, since, until)
    logged = sum(night.logged for night in nights)
    hours = [0] * 24
    for episode in episodes:
        hours[episode.started_at.astimezone(zone_of(episode.zone)).hour] += 1
    return Statistics(
        since=since,
        until=until,
        nights=nights,
        episodes=len(episodes),
        nights_logged=logged,
        nights_with_cramp=sum(night.episodes > 0 for night in nights),
        nights_without_data=tuple(n.night for n in nights if not n.logged and n.state == "no_data"),
        cramps_per_week=_per_week(nights),
        trend=_trend(nights),
        hours=tuple(hours),
        usual_hour=_usual_hour(hours),
        places=Counter((e.place, e.side) for e in episodes),
        duration_s=_spread(e.duration_s for e in episodes),
        pain=_spread(severity(e) for e in episodes),
        sleep_disturbance=_spread(e.sleep_disturbance for e in episodes),
        longest=_extreme((e, e.duration_s) for e in episodes),
        worst=_extreme((e, severity(e)) for e in episodes),
        effects=_effects(episodes),
        interrupted=sum(e.interrupted for e in episodes),
        danger_signs=Counter(sign for e in episodes for sign in e.danger_signs),
    )


def _nights(
    episodes: Sequence[Summary], states: Mapping[date, NightState], since: date, until: date
) -> tuple[NightFigures, ...]:
    by_night: dict[date, list[Summary]] = {}
    for episode in episodes:
        by_night.setdefault(episode.night, []).append(episode)
    found = []
    for number in range((until - since).days + 1):
        night = since + timedelta(days=number)
        those = by_night.get(night, [])
        pains = [pain for pain in map(severity, those) if pain is not None]
        state = states.get(night, "no_data")
        found.append(NightFigures(night, state, len(those), max(pains, default=None)))
    return tuple(found)


def _per_week(nights: Sequence[NightFigures]) -> float | None:
    """A night that is known only because somebody wrote a cramp in says nothing of the nights without one."""
    heard = [night for night in nights if night.heard]
    if len(heard) < FEWEST_FOR_RATE:
        return None
    return 7 * sum(night.episodes for night in heard) / len(heard)


def _trend(nights: Sequence[NightFigures]) -> Trend:
    """The halves compared as two rates; only a difference that chance seldom makes is called one."""
    heard = [night for night in nights if night.heard]
    half = len(heard) // 2
    if half < FEWEST_FOR_TREND:
        return Trend("unknown")
    rates, variance = [], 0.0
    for part in (heard[:half], heard[half:]):
        count = sum(night.episodes for night in part)
        rates.append(count / len(part))
        variance += max(count, 1) / len(part) ** 2
    earlier, later = rates
    change = (later - earlier) / math.sqrt(variance)
    direction: Tendency = "more" if change > _Z else "fewer" if change < -_Z else "same"
    return Trend(direction, 7 * earlier, 7 * later)


def _usual_hour(hours: Sequence[int]) -> int | None:
    """The hour about which most cramps lie, one hour on either side counted half."""
    if sum(hours) < FEWEST_FOR_USUAL_HOUR:
        return None
    weight = [hours[h] + 0.5 * (hours[h - 1] + hours[(h + 1) % 24]) for h in range(24)]
    return max(range(24), key=lambda h: (weight[h], hours[h]))


def _spread(values: Iterable[float | None]) -> Spread | None:
    known = [float(value) for value in values if value is not None]
    return Spread(median(known), max(known), len(known)) if known else None


def _extreme(pairs: Iterable[tuple[Summary, float | None]]) -> Extreme | None:
    known = [(float(value), episode) for episode, value in pairs if value is not None]
    if not known:
        return None
    value, episode = max(known, key=lambda pair: (pair[0], pair[1].started_at))
    return Extreme(episode.uuid, episode.night, value)


def _effects(episodes: Iterable[Summary]) -> tuple[MeasureEffect, ...]:
    tried: Counter[tuple[str, str]] = Counter()
    better: Counter[tuple[str, str]] = Counter()
    for episode in episodes:
        for protocol, rung, outcome in episode.steps:
            if outcome in ("better", "same", "worse"):
                tried[protocol, rung] += 1
                better[protocol, rung] += outcome == "better"
    effects = [MeasureEffect(p, r, better[p, r], n) for (p, r), n in tried.items()]
    return tuple(sorted(effects, key=lambda e: (-_at_least(e.better, e.tried), -e.tried, e.protocol, e.rung)))


def _at_least(successes: int, tries: int) -> float:
    """Lower end of the Wilson interval: few tries count for little."""
    share = successes / tries
    spread = _Z * math.sqrt(share * (1 - share) / tries + _Z**2 / (4 * tries**2))
    return (share + _Z**2 / (2 * tries) - spread) / (1 + _Z**2 / tries)
