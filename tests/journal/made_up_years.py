"""Ten years of made-up nights, the same ones every time, to see whether pages stay quick. Never a person's own."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from skill.errors import JournalError
from skill.events import JsonValue
from skill.journal.episode import Event
from skill.journal.storage.folding import write_many
from skill.journal.storage.store import Journal
from skill.journal.times import HOME_ZONE

NOT_EMPTY = "Journalen har netter fra før. Oppdiktede netter legges bare i en tom journal."

_PLACES = (("calf", 70), ("foot", 12), ("toes", 8), ("thigh_back", 6), ("shin", 4))
_RUNGS = {"calf": ("B2", "B3", "B5"), "foot": ("D1", "D2"), "toes": ("D2",), "thigh_back": ("E1", "E2"),
          "shin": ("H1",)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Years:
    """How much is made up."""

    days: int = 3650
    episodes: int = 5000
    events: int = 150_000
    seed: int = 1


def seed_journal(journal: Journal, until: datetime, years: Years | None = None) -> int:
    """Fill an empty journal with nights that end at `until` (aware); how many rows. Raises JournalError."""
    if journal.last_id():
        raise JournalError(NOT_EMPTY)
    events = tuple(made_up(until, journal.device, years or Years()))
    journal.transact(lambda connection: write_many(connection, events))
    return len(events)


def made_up(until: datetime, device: str, years: Years) -> Iterator[Event]:
    """The rows in order of time: episodes, the device's own rows, and evenings of stretching."""
    dice = random.Random(years.seed)
    zone = ZoneInfo(HOME_ZONE)
    first = until.astimezone(zone) - timedelta(days=years.days)
    starts = sorted(
        first + timedelta(days=dice.randrange(years.days), hours=dice.triangular(-1, 9, 4) - first.hour)
        for _ in range(years.episodes)
    )
    maker = _Maker(dice, device)
    plan: list[tuple[datetime, bool]] = [(start, True) for start in starts]
    plan += [(first + timedelta(days=day), False) for day in range(0, years.days, 7)]
    each = years.events // max(1, years.episodes)
    for at, is_episode in sorted(plan):
        yield from maker.episode(at, each) if is_episode else maker.restart(at)


class _Maker:
    def __init__(self, dice: random.Random, device: str) -> None:
        self._dice = dice
        self._device = device

    def _uuid(self) -> str:
        return str(UUID(int=self._dice.getrandbits(128), version=4))

    def _row(self, at: datetime, episode: str | None, kind: str, **data: JsonValue) -> Event:
        return Event(0, self._uuid(), at, HOME_ZONE, self._device, episode, kind, data)

    def restart(self, at: datetime) -> Sequence[Event]:
        back = at + timedelta(minutes=self._dice.randrange(1, 90))
        return [
            self._row(at, None, "service_stopped", reason="asked"),
            self._row(back, None, "service_started", app="0.1.0", content="1", model="nb"),
        ]

    def episode(self, at: datetime, rows: int) -> Sequence[Event]:
        dice, uuid = self._dice, self._uuid()
        place = dice.choices([p for p, _ in _PLACES], [w for _, w in _PLACES])[0]
        side = dice.choice(("left", "right", "right", "both", ""))
        clock = _Clock(at, dice)
        found = [
            self._row(at, uuid, "episode_started", intent="cramp", value=place, place=place, side=side,
                      language="nb", app="0.1.0", content="1", model="nb")
        ]  # fmt: skip
        for rung in _RUNGS[place]:
            found.append(self._row(clock.later(), uuid, "step_started", protocol=place, rung=rung))
            found.append(self._row(clock.later(), uuid, "said", keys=f"{place}_{rung} hold_{rung}"))
            outcome = dice.choice(("better", "same", "same", "worse", "unanswered"))
            found.append(
                self._row(clock.later(), uuid, "step_ended", protocol=place, rung=rung, outcome=outcome)
            )
            if outcome == "better":
                break
        for question in ("t1_chest", "t1_breath", "t2"):
            found.append(self._row(clock.later(), uuid, "question_asked", question=question))
            kind = dice.choice(("question_answered", "question_answered", "question_unanswered"))
            answer: dict[str, JsonValue] = {"answer": dice.choices(("no", "yes"), (97, 3))[0]}
            found.append(self._row(clock.later(), uuid, kind, question=question,
                                   **(answer if kind == "question_answered" else {})))  # fmt: skip
        if dice.random() < 0.03:
            found.append(
                self._row(clock.later(), uuid, "danger_sign", sign="T2", advice="adv_t2", number="116117")
            )
        if dice.random() < 0.6:
            found.append(self._row(clock.later(), uuid, "pain", score=dice.randrange(11), when="before"))
        while len(found) < rows - 2:
            found.append(self._row(clock.later(), uuid, "said", keys=f"{place}_B2 count_{len(found)}"))
        reason = dice.choices(("relieved", "silence", "stopped", "false_start"), (80, 10, 6, 4))[0]
        found.append(self._row(clock.later(), uuid, "episode_ended", reason=reason))
        morning = at + timedelta(hours=8)
        found.append(self._row(morning, uuid, "morning_answer", question="sleep_disturbance",
                               answer=str(dice.randrange(11))))  # fmt: skip
        return found


class _Clock:
    def __init__(self, at: datetime, dice: random.Random) -> None:
        self._at = at
        self._dice = dice

    def later(self) -> datetime:
        self._at += timedelta(seconds=self._dice.uniform(0.5, 15))
        return self._at
