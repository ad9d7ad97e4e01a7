"""What the conversation has to know of this night, and of what helped before: read from the journal, nothing kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from skill.journal.episode import Episode
from skill.journal.figures.evenings import EVENING, programme, stretched_nights
from skill.journal.storage.reader import JournalReader
from skill.journal.times import night_of

NIGHT = timedelta(hours=16)  # an episode this young is of the night that ends this morning
WEEK = timedelta(days=7)
HELPED_WITHIN = timedelta(days=60)
PROGRAMME_WITHIN = timedelta(days=365)
FREQUENT = 3  # nights with a cramp within a week
MORNING_TURNS = 4  # sets of questions that take turns over the mornings
CLOT_QUESTION = "t1_chest"


@dataclass(frozen=True, slots=True)
class Tonight:
    """`facts`: of skill.dialogue.state.FACTS. The rest: where the last relieved cramp was, and the step that helped."""

    facts: frozenset[str] = frozenset()
    place: str = ""
    protocol: str = ""
    rung: str = ""


def read_tonight(journal: JournalReader, now: datetime, zone: tzinfo) -> Tonight:
    """The facts at `now`. Raises JournalError."""
    since = (now - HELPED_WITHIN).astimezone(zone).date()
    episodes = list(journal.whole_episodes(since))
    night = [e for e in episodes if now - e.started_at <= NIGHT]
    week = (now - WEEK).astimezone(zone).date()
    facts = {f"morning_{now.astimezone(zone).date().toordinal() % MORNING_TURNS}"}
    if night:
        facts.add("cramp_tonight")
    if any(sign.number for e in night for sign in e.danger_signs):
        facts.add("advised_last_night")
    if any(e.question(CLOT_QUESTION).state == "answered" for e in night):
        facts.add("clot_answered")
    if any(e.ended_reason == "relieved" for e in night):
        facts.add("soreness_told")
    if len({e.night for e in episodes if e.night >= week}) >= FREQUENT:
        facts.add("frequent_cramps")
    facts |= _of_the_programme(journal, now, zone)
    return _with_what_helped(frozenset(facts), episodes)


def _of_the_programme(journal: JournalReader, now: datetime, zone: tzinfo) -> set[str]:
    """What is due in the six weeks of evening stretching; only what the device itself led and heard counts here."""
    led = stretched_nights((), journal.routines(EVENING, now - PROGRAMME_WITHIN, now))
    tonight = night_of(now.astimezone(zone))
    found = programme(led, journal.written("programme_answer", now - PROGRAMME_WITHIN, now), tonight)
    if found is None:
        return set()
    due = {"programme_week": found.week_due(tonight), "programme_end": found.end_due(tonight)}
    return {name for name, holds in (due | {"programme_left": found.left}).items() if holds}


def _with_what_helped(facts: frozenset[str], episodes: list[Episode]) -> Tonight:
    for episode in sorted(episodes, key=lambda e: e.started_at, reverse=True):
        helped = [step for step in episode.steps if step.outcome == "better"]
        if helped:
            return Tonight(facts, episode.place or "", helped[-1].protocol, helped[-1].rung)
    return Tonight(facts)
