"""The doctor's one-page summary, as data: what a person told about their nights. Self-reported, and no diagnosis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from skill.journal.coverage import Hours
from skill.journal.episode import Episode, Event, Note, Question
from skill.journal.medicines import Medicine, MedicineGroup, medicines
from skill.journal.overview import figures, hours_of
from skill.journal.statistics import Statistics
from skill.journal.store import Journal
from skill.journal.times import night_bounds, night_of, zone_of
from skill.settings import Settings

STRETCHING_WEEKS = 6  # Hallegraeff 2012 stretched for six weeks
EVENING = "evening"
STRETCHED, FALL, TRIGGERS = "stretched_evening", "fall", "triggers"
FALL_SIGN = "T6"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A danger sign of one night, the advice given for it, and whether it was followed."""

    at: datetime
    sign: str
    number: str  # 113 | 116117 | fastlege | foden | ""
    followed: Question  # answered | not_answered | not_asked


@dataclass(frozen=True, slots=True)
class Stretching:
    """Evenings with stretching, of those about which anything is known, in the last weeks of the period."""

    since: date
    done: int
    told: int  # evenings on which it was done, or the question was answered


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
    notes: tuple[Note, ...]  # the person's own words, newest first
    main_worry: str
    versions: tuple[str, ...]  # app/content/model in use, newest first


_HEALTH = (
    "diabetes", "poor_circulation", "blood_thinners", "stroke", "parkinsons", "low_blood_pressure", "prosthesis",
    "hip_operation_alone", "long_breathless", "long_numbness", "long_cold_feet", "fall_last_year", "dizziness",
    "sedatives", "walking_aid",
)  # fmt: skip
"""Profile settings that are about health rather than about the bed."""


def doctor_summary(
    journal: Journal,
    settings: Settings,
    since: date,
    until: date,
    now: datetime,
    *,
    groups: tuple[MedicineGroup, ...] = (),
    main_worry: str = "",
    hours: Hours | None = None,
) -> DoctorSummary:
    """The summary of the nights since..until. `now` is aware. Raises JournalError."""
    whole = tuple(journal.each_episode(since, until, without=("said", "heard")))
    first_evening = max(since, until - timedelta(weeks=STRETCHING_WEEKS) + timedelta(days=1))
    start, _ = night_bounds(first_evening, journal.zone)
    _, end = night_bounds(until, journal.zone)
    profile = settings.profile
    on = [f.name for f in fields(profile) if f.name in _HEALTH and getattr(profile, f.name) is True]
    return DoctorSummary(
        made_at=now,
        since=since,
        until=until,
        figures=figures(journal, since, until, now, hours or hours_of(settings.voice)),
        red_flags=tuple(_red_flags(whole)),
        falls=tuple(dict.fromkeys(e.night for e in whole if _fell(e))),
        medicines=medicines(profile.medicines, groups),
        profile=tuple(f"profile.{name}" for name in sorted(on, key=_HEALTH.index)),
        pregnant=profile.pregnant or profile.late_pregnancy,
        stretching=_stretching(whole, journal.routines(EVENING, start, end), first_evening),
        triggers=Counter(
            trigger for e in whole for trigger in e.question(TRIGGERS).answer.split() if trigger != "nothing"
        ),
        notes=tuple(note for e in reversed(whole) for note in e.notes),
        main_worry=main_worry.strip(),
        versions=tuple(dict.fromkeys(f"{e.app}/{e.content}/{e.model}" for e in reversed(whole) if e.app)),
    )


def _red_flags(episodes: Iterable[Episode]) -> Iterable[RedFlag]:
    for episode in episodes:
        for sign in episode.danger_signs:
            yield RedFlag(sign.at, sign.sign, sign.number, sign.followed)


def _fell(episode: Episode) -> bool:
    return episode.question(FALL).answer == "yes" or any(d.sign == FALL_SIGN for d in episode.danger_signs)


def _stretching(episodes: Sequence[Episode], routines: Sequence[Event], since: date) -> Stretching:
    """An evening counts once, whether the device led the stretching or the person told of it."""
    told: dict[date, bool] = {}
    for episode in episodes:
        answer = episode.question(STRETCHED).answer
        if episode.night >= since and answer in ("yes", "no"):
            told[episode.night] = told.get(episode.night, False) or answer == "yes"
    for event in routines:
        night = night_of(event.at.astimezone(zone_of(event.zone)))
        told[night] = told.get(night, False) or event.text("outcome") == "done"
    return Stretching(since, sum(told.values()), len(told))
