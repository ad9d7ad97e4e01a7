"""Killed at any instant: what `append` returned from is there, in order, and the file is sound."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from skill.journal.keeping.recovery import open_for_night
from skill.journal.storage import database as opening
from tests.journal.conftest import AT_THREE, OSLO, HandClock
from tests.journal.writing import start_episode

KILLS = int(os.environ.get("KRAMPEVAKT_KILLS", "8"))
WARMED_UP = "import skill.journal.storage.store, alembic.command; print('ready', flush=True)\n"

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from skill.journal.keeping.recovery import open_for_night
where = Path(sys.argv[1])
at = datetime(2026, 3, 4, 2, tzinfo=UTC)
journal = open_for_night(where, where.parent / "backups", at).journal
number = 0
while True:
    uuid = start_episode(journal, at)
    for _ in range(20):
        journal.append("said", {"keys": str(number)}, uuid, at)
        print(number, uuid, flush=True)  # only after append returned
        number += 1
    journal.append("episode_ended", {"reason": "relieved"}, uuid, at)
"""


def test_kill_minus_nine_in_the_middle_of_commits(database: Path):
    dice = random.Random(1)
    told: dict[str, list[int]] = {}
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, database], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline()]
            deadline = time.monotonic() + dice.uniform(0.0, 0.15)
            while time.monotonic() < deadline:
                lines.append(writer.stdout.readline())
            writer.kill()
            lines += writer.stdout.read().splitlines()
        for line in lines:
            number, _, uuid = line.strip().partition(" ")
            if len(uuid) == 36:
                told.setdefault(uuid, []).append(int(number))
    opening.check_integrity(database)
    with open_for_night(
        database, database.parent / "backups", AT_THREE, zone=OSLO, now_s=HandClock()
    ).journal as journal:
        for uuid, numbers in told.items():
            written = [int(event.text("keys")) for event in journal.events(uuid) if event.kind == "said"]
            assert written[: len(numbers)] == numbers
            assert len(written) <= len(numbers) + 1  # the one that was on its way
        folded = {summary.uuid: summary.version for summary in journal.episodes()}
        assert set(told) <= set(folded)
        assert all(journal.episode(uuid).version == version for uuid, version in folded.items())


def test_killed_in_the_middle_of_the_first_migration(database: Path):
    """The tables come all at once or not at all, so the next start finds a journal or an empty file."""
    for delay_s in (0.0, 0.005, 0.02, 0.06):
        with subprocess.Popen(
            [sys.executable, "-c", WARMED_UP + WRITER, database],
            stdout=subprocess.PIPE, text=True,
        ) as writer:  # fmt: skip
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(delay_s)
            writer.kill()
        if database.exists() and database.stat().st_size:
            with sqlite3.connect(database) as connection:
                tables = {
                    row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
                }
            connection.close()
            assert tables in (set(), {"alembic_version", "meta", "events", "episodes", "sqlite_sequence"})
    with open_for_night(database, database.parent / "backups", AT_THREE, zone=OSLO).journal as journal:
        assert journal.episode(start_episode(journal, AT_THREE))
