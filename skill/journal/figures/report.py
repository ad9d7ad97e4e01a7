"""The doctor's one-page summary, as data: what a person told about their nights. Self-reported, and no diagnosis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from skill.journal.episode import Note
from skill.journal.figures.evenings import (
    EVENING,
    WEEK,
    WEEKS,
    Programme,
    programme,
    stretched_nights,
    unanswered_nights,
)
from skill.journal.figures.extracts import EpisodeExtract, ExtractCache, RedFlag
from skill.journal.figures.medicines import Medicine, MedicineGroup, medicines
from skill.journal.figures.overview import hours_of, nights
from skill.journal.figures.statistics import Statistics, statistics
from skill.journal.storage.store import Journal
from skill.journal.times import night_bounds
from skill.settings.values import Settings

PROGRAMME_WITHIN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Stretching:
    """Evenings with stretching, of those about which anything is known, in the last weeks of the period."""

    since: date
    done: int
    told: int  # evenings on which it was done, or the question was answered
    unanswered: int = 0  # evenings on which it was asked for and nobody answered
    programme: Programme | None = None


@dataclass(frozen=True, slots=True)
class DoctorSummary:
    """Everything on the page, in the order in which a doctor reads it."""

    made_at: datetime
    since: date
    until: date
    figures: Statistics
    red_flags: tuple[RedFlag, ...]
    falls: tuple[date, ...]  # nights
    medicines: tuple[Medicine, ...]
    profile: tuple[
        str, ...
    ]  # settings that are on ("profile.diabetes"), to be labelled by prompts/settings.toml
    pregnant: bool
    stretching: Stretching
    triggers: Mapping[str, int]
    notes: tuple[
        tuple[date, Note], ...
    ]  # the person's own words with the night they are about, newest night first
    versions: tuple[str, ...]  # app/content/model in use, newest first
    main_worry: str = ""  # typed for this sheet alone


_HEALTH = (
    "diabetes", "poor_circulation", "blood_thinners", "stroke", "parkinsons", "low_blood_pressure", "prosthesis",
    "hip_operation_alone", "clot_risk", "long_breathless", "long_numbness", "long_cold_feet", "fall_last_year",
    "dizziness", "sedatives", "walking_aid",
)  # fmt: skip
"""Profile settings that are about health rather than about the bed."""


def doctor_summary(
    journal: Journal,
    settings: Settings,
    period: tuple[date, date],
    now: datetime,
    groups: tuple[MedicineGroup, ...] = (),
    kept: ExtractCache | None = None,
) -> DoctorSummary:
    """The summary of the nights from the first to the last of `period`. `now` is aware.

    `kept` saves folding what was read before. Raises JournalError.
    """
    since, until = period
    episodes = journal.episodes(since, until)
    extracts = (kept or ExtractCache()).of(journal, episodes)
    states = nights(journal, since, until, now, hours_of(settings.voice))
    first_evening = max(since, until - WEEKS * WEEK + timedelta(days=1))
    profile = settings.profile
    on = [f.name for f in fields(profile) if f.name in _HEALTH and getattr(profile, f.name) is True]
    return DoctorSummary(
        made_at=now,
        since=since,
        until=until,
        figures=statistics(episodes, states, since, until),
        red_flags=tuple(flag for e in extracts for flag in e.red_flags),
        falls=tuple(dict.fromkeys(e.night for e in extracts if e.fell)),
        medicines=medicines(profile.medicines, groups),
        profile=tuple(f"profile.{name}" for name in sorted(on, key=_HEALTH.index)),
        pregnant=profile.pregnant or profile.late_pregnancy,
        stretching=_stretching(journal, extracts, first_evening, until),
        triggers=Counter(trigger for e in extracts for trigger in e.triggers),
        notes=tuple((e.night, note) for e in reversed(extracts) for note in e.notes),
        versions=tuple(dict.fromkeys(e.made_with for e in reversed(extracts) if e.made_with)),
    )


def _stretching(journal: Journal, episodes: Sequence[EpisodeExtract], since: date, until: date) -> Stretching:
    _, end = night_bounds(until, journal.zone)
    routines = journal.routines(EVENING, end - PROGRAMME_WITHIN, end)
    told = stretched_nights(episodes, routines)
    counted = [done for night, done in told.items() if night >= since]
    unanswered = [night for night in unanswered_nights(told, routines) if night >= since]
    answers = journal.written("programme_answer", end - PROGRAMME_WITHIN, end)
    return Stretching(since, sum(counted), len(counted), len(unanswered), programme(told, answers, until))
