"""What a bed has still to send, over restarts, copies that were put back, and nights that were erased."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from skill.connect.ward.sent_rows import SentRows
from skill.connect.ward.wire import MOST_ROWS, Batch
from skill.journal.keeping.forget import erase_episodes
from skill.journal.storage.store import Journal
from tests.connect.servers import OSLO, THREE
from tests.journal.writing import start_episode


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.db", zone=OSLO) as opened:
        yield opened


def sent_rows(tmp_path: Path) -> SentRows:
    return SentRows(tmp_path / "journal.db", tmp_path / "connect-ward.db")


def next_of(tmp_path: Path) -> Batch:
    found = sent_rows(tmp_path).next_batch(THREE)
    assert found is not None
    return found


def a_cramp(journal: Journal) -> str:
    uuid = start_episode(journal, THREE, place="calf")
    journal.append("heard", {"intent": "cramp", "phrase": "krampe i leggen"}, uuid, THREE)
    journal.append("episode_ended", {"reason": "relieved"}, uuid, THREE)
    return uuid


def test_rows_are_sent_once_the_ward_has_them_and_in_order(tmp_path: Path, journal: Journal) -> None:
    a_cramp(journal)
    first = next_of(tmp_path)
    assert [row.kind for row in first.rows] == ["episode_started", "episode_ended"]
    assert next_of(tmp_path).rows == first.rows
    sent_rows(tmp_path).taken(first)
    nothing = next_of(tmp_path)
    assert (nothing.rows, nothing.after) == ((), first.upto)
    a_cramp(journal)
    assert len(next_of(tmp_path).rows) == 2


def test_many_rows_go_in_several_batches(tmp_path: Path, journal: Journal) -> None:
    for _ in range(MOST_ROWS):
        a_cramp(journal)
    seen: list[str] = []
    for _ in range(3):
        found = next_of(tmp_path)
        seen += [row.uuid for row in found.rows]
        sent_rows(tmp_path).taken(found)
    assert len(seen) == len(set(seen)) == 2 * MOST_ROWS


def test_what_was_erased_here_is_named_until_the_ward_has_erased_it(tmp_path: Path, journal: Journal) -> None:
    erased, kept = a_cramp(journal), a_cramp(journal)
    first = next_of(tmp_path)
    sent_rows(tmp_path).taken(first)
    erase_episodes(journal, [erased])
    told = next_of(tmp_path)
    assert set(told.gone) == {row.uuid for row in first.rows if row.episode == erased}
    assert kept != erased
    sent_rows(tmp_path).taken(told)
    assert next_of(tmp_path).gone == ()


def test_what_was_erased_before_it_was_sent_is_never_sent(tmp_path: Path, journal: Journal) -> None:
    erase_episodes(journal, [a_cramp(journal)])
    assert next_of(tmp_path).rows == ()


def test_a_journal_that_is_not_there_raises_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="unable to open"):
        sent_rows(tmp_path).next_batch(THREE)
    assert not (tmp_path / "journal.db").exists()


def test_a_journal_that_was_written_just_now_may_hold_more(tmp_path: Path, journal: Journal) -> None:
    """Two writes within one tick of the file system's clock leave the same time and size."""
    a_cramp(journal)
    assert sent_rows(tmp_path).stamp() == ()
    files = (tmp_path / "journal.db", tmp_path / "journal.db-wal")
    for file in files:
        os.utime(file, (1e9, 1e9))
    settled = sent_rows(tmp_path).stamp()
    assert settled
    assert sent_rows(tmp_path).stamp() == settled
    os.utime(files[1], (1e9, 1e9 + 1))
    assert sent_rows(tmp_path).stamp() != settled


def test_only_its_owner_can_read_what_was_sent(tmp_path: Path, journal: Journal) -> None:
    a_cramp(journal)
    next_of(tmp_path)
    assert (tmp_path / "connect-ward.db").stat().st_mode & 0o077 == 0
