"""A machine starts in 1970, somebody has a cramp, and then the clock is set: the night is moved to where it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest

from skill.journal.exchange.export import write_json
from skill.journal.exchange.importer import import_json
from skill.journal.figures.wrong_clock import proposed_start
from skill.journal.keeping.clock_correction import move_to_set_clock
from skill.journal.storage.store import Journal
from skill.messages.message import Message
from skill.service.clock import VirtualClock
from skill.service.parts.clock_watch import SetClockWatch
from tests.journal.conftest import OSLO

EPOCH = datetime(1970, 1, 1, 0, 2, tzinfo=UTC)
TRULY = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)  # 02:00 in Oslo
STORED = datetime(2026, 11, 10, 21, 0, tzinfo=UTC)  # where the machine was switched off last: fake-hwclock
AHEAD = datetime(2036, 5, 1, 1, 0, tzinfo=UTC)
ONE, TWO = (str(UUID(int=number)) for number in (1, 2))
CRAMP = {"intent": "cramp", "value": "calf", "place": "calf", "side": "left", "language": "nb"}


class Night:
    """A device whose wall clock is wrong until it is set."""

    def __init__(self, journal: Journal, shows: datetime) -> None:
        self.journal = journal
        self.clock = VirtualClock(shows)
        self.shows = shows

    def writes(self, kind: str, uuid: str, **data: str) -> None:
        self.clock.advance(20.0)
        self.journal.append(kind, data, uuid, self.clock.wall(), self.clock.reading())

    def somebody_has_a_cramp(self, uuid: str = ONE) -> str:
        self.writes("episode_started", uuid, **CRAMP)
        self.writes("question_asked", uuid, question="t1_chest")
        self.writes("question_answered", uuid, question="t1_chest", answer="no")
        self.writes("annotated", uuid, text="Det gjorde vondt.", by="person")
        self.writes("episode_ended", uuid, reason="relieved")
        return uuid

    def is_set(self, to: datetime = TRULY) -> int:
        self.clock.advance(600.0)
        self.clock.jump_wall(to - self.shows)
        return move_to_set_clock(self.journal, self.clock.wall(), self.clock.reading())


@pytest.mark.parametrize("shows", [EPOCH, STORED, AHEAD], ids=["1970", "fake-hwclock", "2036"])
def test_the_episode_with_its_answers_and_notes_is_moved(journal: Journal, shows: datetime) -> None:
    night = Night(journal, shows)
    uuid = night.somebody_has_a_cramp()
    assert night.is_set() == 1
    (episode,) = [journal.episode(uuid)]
    assert episode.started_at == pytest.approx(TRULY + timedelta(seconds=20), abs=timedelta(seconds=0.1))
    assert episode.night == date(2026, 11, 28)
    assert episode.duration_s == pytest.approx(80.0, abs=0.1)
    assert episode.notes[0].at.astimezone(UTC).date() == TRULY.date()
    assert [summary.night for summary in journal.episodes()] == [date(2026, 11, 28)]


def test_it_is_moved_once_and_the_rows_as_written_are_still_there(journal: Journal) -> None:
    night = Night(journal, EPOCH)
    uuid = night.somebody_has_a_cramp()
    night.is_set()
    assert move_to_set_clock(journal, night.clock.wall(), night.clock.reading()) == 0
    rows = journal.events(uuid)
    assert [row.kind for row in rows].count("clock_corrected") == 1
    assert {row.at.year for row in rows[:-1]} == {1970}


def test_what_has_been_moved_is_not_proposed_to_be_moved_again(journal: Journal) -> None:
    night = Night(journal, EPOCH)
    uuid = night.somebody_has_a_cramp()
    night.clock.jump_wall(TRULY - EPOCH)
    journal.alive(night.clock.wall(), night.clock.reading())
    assert proposed_start(journal, journal.episode(uuid), journal.events(uuid)) is not None
    move_to_set_clock(journal, night.clock.wall(), night.clock.reading())
    assert proposed_start(journal, journal.episode(uuid), journal.events(uuid)) is None


def test_what_was_written_after_the_clock_was_set_stays_where_it_is(journal: Journal) -> None:
    night = Night(journal, EPOCH)
    first = night.somebody_has_a_cramp()
    night.clock.jump_wall(TRULY - EPOCH)
    night.writes("annotated", first, text="Skrevet etterpå.", by="person")
    second = night.somebody_has_a_cramp(TWO)
    before = journal.episode(second).started_at
    assert move_to_set_clock(journal, night.clock.wall(), night.clock.reading()) == 1
    assert journal.episode(second).started_at == before
    assert {note.at.year for note in journal.episode(first).notes} == {2026}


def test_a_clock_that_is_set_twice_moves_it_twice(journal: Journal) -> None:
    night = Night(journal, EPOCH)
    uuid = night.somebody_has_a_cramp()
    night.is_set(TRULY + timedelta(days=3))
    night.clock.jump_wall(timedelta(days=-3))
    assert move_to_set_clock(journal, night.clock.wall(), night.clock.reading()) == 1
    assert journal.episode(uuid).night == date(2026, 11, 28)


def test_another_start_of_the_machine_is_left_alone(journal: Journal) -> None:
    uuid = Night(journal, EPOCH).somebody_has_a_cramp()
    later = VirtualClock(TRULY)
    assert move_to_set_clock(journal, later.wall(), later.reading()) == 0
    assert journal.episode(uuid).started_at.year == 1970


def test_the_move_goes_along_to_another_machine(journal: Journal, tmp_path: Path) -> None:
    night = Night(journal, EPOCH)
    uuid = night.somebody_has_a_cramp()
    night.is_set()
    out = StringIO()
    write_json(journal, out, TRULY)
    with Journal.open(tmp_path / "other.db", zone=OSLO) as other:
        import_json(other, StringIO(out.getvalue()))
        assert other.episode(uuid).night == date(2026, 11, 28)


class Watched:
    """The night's watch over the clock."""

    def __init__(self, journal: Journal, synchronised: bool | None) -> None:
        self.night = Night(journal, EPOCH)
        self.quiet = True
        self.told: list[str] = []
        self.watch = SetClockWatch(
            journal, self.night.clock, lambda: self.quiet, self._tell, lambda: synchronised
        )
        self.watch.turn()

    def _tell(self, _source: str, _severity: str, sentence: str, _cause: str = "") -> None:
        assert isinstance(sentence, Message)
        self.told.append(sentence.key)


def test_the_watch_waits_for_the_end_of_a_conversation(journal: Journal) -> None:
    watched = Watched(journal, synchronised=True)
    uuid = watched.night.somebody_has_a_cramp()
    watched.quiet = False
    watched.night.clock.jump_wall(TRULY - EPOCH)
    watched.watch.turn()
    assert journal.episode(uuid).started_at.year == 1970
    watched.quiet = True
    watched.watch.turn()
    assert journal.episode(uuid).night == date(2026, 11, 28)
    assert watched.told == ["service.moved_to_set_clock"]


def test_a_clock_that_is_not_believed_moves_nothing(journal: Journal) -> None:
    watched = Watched(journal, synchronised=False)
    uuid = watched.night.somebody_has_a_cramp()
    watched.night.clock.jump_wall(timedelta(days=3))
    watched.watch.turn()
    assert journal.episode(uuid).started_at.date() == EPOCH.date()
    assert watched.told == []


@pytest.mark.parametrize("leap_s", [-60.0, 1.0, 60.0])
def test_what_time_servers_nudge_moves_nothing(journal: Journal, leap_s: float) -> None:
    watched = Watched(journal, synchronised=True)
    uuid = watched.night.somebody_has_a_cramp()
    watched.night.clock.jump_wall(timedelta(seconds=leap_s))
    watched.watch.turn()
    assert "clock_corrected" not in [row.kind for row in journal.events(uuid)]
