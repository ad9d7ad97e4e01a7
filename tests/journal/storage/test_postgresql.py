"""The same journal on a PostgreSQL server. Runs where KRAMPEVAKT_TEST_POSTGRES names an empty database."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from skill.errors import JournalError
from skill.journal.exchange.export import write_json
from skill.journal.exchange.importer import import_json
from skill.journal.figures.overview import figures
from skill.journal.keeping.forget import erase_old_nights
from skill.journal.keeping.lifecycle import mark_interrupted
from skill.journal.keeping.recovery import open_for_night
from skill.journal.storage.store import EpisodeChanged, Journal
from tests.journal.conftest import AT_THREE, OSLO, HandClock, a_night, many_nights
from tests.journal.writing import start_episode

URL = os.environ.get("KRAMPEVAKT_TEST_POSTGRES", "")
pytestmark = pytest.mark.skipif(not URL, reason="KRAMPEVAKT_TEST_POSTGRES names no database")


@pytest.fixture
def journal() -> Iterator[Journal]:
    engine = create_engine(URL)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS events, episodes, meta, alembic_version")
    engine.dispose()
    with Journal.open(URL, zone=OSLO) as opened:
        yield opened


def test_a_night_is_written_and_read(journal: Journal):
    uuid = a_night(journal)
    journal.change(uuid, [("annotated", {"text": "æøå \0 👣", "by": "person"})], AT_THREE)
    episode = journal.episode(uuid)
    assert (episode.place, episode.notes[0].text, episode.night) == ("calf", "æøå \0 👣", date(2026, 3, 3))
    with Journal.open(URL, zone=OSLO) as again:
        assert again.episodes() == journal.episodes()
        assert again.device == journal.device


def test_two_tabs(journal: Journal):
    uuid = a_night(journal)
    seen = journal.episode(uuid).version
    journal.change(uuid, [("deleted", {"by": "person"})], AT_THREE, seen)
    with pytest.raises(EpisodeChanged):
        journal.change(uuid, [("restored", {"by": "person"})], AT_THREE, seen)


def test_out_and_in_again_between_sqlite_and_the_server(journal: Journal, database: Path):
    many_nights(journal, 30)
    out = io.StringIO()
    write_json(journal, out, AT_THREE)
    with Journal.open(database, zone=OSLO) as other:
        import_json(other, io.StringIO(out.getvalue()))
        assert [e.uuid for e in other.all_events()] == [e.uuid for e in journal.all_events()]
        first = figures(journal, date(2026, 2, 1), date(2026, 3, 3), AT_THREE)
        assert first == figures(other, date(2026, 2, 1), date(2026, 3, 3), AT_THREE)


def test_the_service_runs_on_it(journal: Journal, tmp_path: Path):
    journal.append("service_started", {}, None, AT_THREE)
    start_episode(journal, AT_THREE)
    journal.alive(AT_THREE)
    night = open_for_night(URL, tmp_path / "data" / "backups", AT_THREE, zone=OSLO).journal
    with night:
        assert mark_interrupted(night, AT_THREE) == 1
        assert erase_old_nights(night, 10, AT_THREE) == 0


def test_a_server_that_is_not_there(tmp_path: Path):
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    with pytest.raises(JournalError, match="kan ikke åpnes"):
        Journal.open(nowhere)
    opened = open_for_night(nowhere, tmp_path / "data" / "backups", AT_THREE, zone=OSLO, now_s=HandClock())
    a_night(opened.journal)
    assert opened.journal.waiting == 6
    assert (tmp_path / "data" / "journal.waiting").exists()
