"""A journal on a real disk: what it was told is there."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from skill.events import EVENT_FIELDS
from skill.journal.storage.folding import rebuild, write_events
from skill.journal.storage.store import EpisodeChanged, Journal, NoSuchEpisode
from tests.journal.writing import start_episode

OSLO = ZoneInfo("Europe/Oslo")
AT_THREE = datetime(2026, 3, 4, 3, 12, tzinfo=OSLO)


@pytest.fixture
def journal(tmp_path: Path):
    with Journal.open(tmp_path / "data" / "journal.db", zone=OSLO) as opened:
        yield opened


def test_an_episode_written_at_night_is_read_in_the_morning(journal: Journal, tmp_path: Path):
    uuid = start_episode(
        journal,
        AT_THREE.astimezone(UTC),
        intent="cramp",
        value="calf",
        place="calf",
        side="left",
        language="nb",
    )
    journal.append("step_started", {"protocol": "calf", "rung": "B1"}, uuid, AT_THREE)
    journal.append("step_ended", {"protocol": "calf", "rung": "B1", "outcome": "better"}, uuid, AT_THREE)
    journal.append("episode_ended", {"reason": "relieved"}, uuid, AT_THREE.replace(minute=15))
    journal.close()
    with Journal.open(tmp_path / "data" / "journal.db", zone=OSLO) as again:
        (summary,) = again.episodes()
        episode = again.episode(uuid)
    assert (episode.place, episode.side, episode.night) == ("calf", "left", date(2026, 3, 3))
    assert episode.duration_s == 180
    assert [(s.rung, s.outcome) for s in episode.steps] == [("B1", "better")]
    assert summary.steps == (("calf", "B1", "better"),)
    assert summary.version == episode.version


def test_only_the_owner_can_read_the_files(journal: Journal, tmp_path: Path):
    start_episode(journal, AT_THREE)
    folder = tmp_path / "data"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {f.stat().st_mode & 0o777 for f in folder.iterdir()} == {0o600}


def test_two_tabs_editing_one_episode(journal: Journal):
    uuid = start_episode(journal, AT_THREE, place="calf")
    seen = journal.episode(uuid).version
    journal.change(uuid, [("edited", {"field": "place", "value": "foot", "by": "person"})], AT_THREE, seen)
    with pytest.raises(EpisodeChanged, match="Last siden på nytt"):
        journal.change(
            uuid, [("edited", {"field": "place", "value": "shin", "by": "person"})], AT_THREE, seen
        )
    assert journal.episode(uuid).place == "foot"


def test_editing_what_is_not_there(journal: Journal):
    with pytest.raises(NoSuchEpisode):
        journal.change("nobody", [("deleted", {"by": "person"})], AT_THREE)


def test_a_moment_without_a_zone_is_refused(journal: Journal):
    with pytest.raises(ValueError, match="time zone"):
        journal.append("service_stopped", {"reason": "signal"}, None, datetime(2026, 3, 4, 3, 12))


def test_an_unknown_kind_or_field_is_refused(journal: Journal):
    with pytest.raises(ValueError, match="no such kind"):
        journal.append("sneezed", {}, None, AT_THREE)
    with pytest.raises(ValueError, match="has no field"):
        journal.append("said", {"voice": "x"}, None, AT_THREE)


def test_a_character_that_cannot_be_written_holds_nothing_up(journal: Journal):
    uuid = start_episode(journal, AT_THREE)
    journal.change(
        uuid, [("annotated", {"text": "vondt \ud83d i leggen \0 æøå 👣", "by": "person"})], AT_THREE
    )
    assert journal.episode(uuid).notes[0].text == "vondt ? i leggen \0 æøå 👣"


def test_the_copy_kept_row_by_row_is_the_one_made_anew(journal: Journal):
    """Random nights, written one row at a time as the service does."""
    dice = random.Random(3)
    uuids = [str(uuid4()) for _ in range(3)]
    values = [
        "",
        "calf",
        "B2",
        "better",
        "same",
        "7",
        "yes",
        "T2",
        "place",
        "foot",
        "interrupted",
        "relieved",
    ]

    def write(connection: Connection) -> None:
        for uuid in uuids:
            write_events(connection, [journal.event("episode_started", {"place": "calf"}, uuid, AT_THREE)])
        for number in range(400):
            kind = dice.choice(sorted(EVENT_FIELDS))
            data = {name: dice.choice(values) for name in EVENT_FIELDS[kind]}
            at = AT_THREE + timedelta(seconds=number)
            pair = [journal.event(kind, data, dice.choice(uuids), at) for _ in range(dice.randrange(1, 3))]
            write_events(connection, pair)

    journal.transact(write)
    everything = {"include_deleted": True, "include_false_starts": True}
    kept = journal.episodes(**everything)
    assert [s.version for s in kept] == [journal.episode(s.uuid).version for s in kept]
    journal.transact(rebuild)
    assert journal.episodes(**everything) == kept
