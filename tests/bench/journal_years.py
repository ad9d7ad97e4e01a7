"""How long the journal takes with ten years of nights: 5,000 episodes, 150,000 events.

`python -m tests.bench.journal_years [FOLDER]` prints the medians, in milliseconds.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from skill.journal.exchange.export import write_csv, write_json
from skill.journal.exchange.importer import import_json
from skill.journal.figures.overview import figures
from skill.journal.figures.report import doctor_summary
from skill.journal.keeping.backup import make_backup
from skill.journal.storage import database
from skill.journal.storage.folding import rebuild
from skill.journal.storage.store import Journal
from skill.journal.times import night_of
from skill.settings.values import Settings
from tests.journal.made_up_years import seed_journal

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def timed(name: str, work: Callable[[], object], times: int = 7) -> None:
    """Median wall-clock time, and median processor time: on a busy machine only the second is the journal's own."""
    wall_ms, cpu_ms = [], []
    for _ in range(times):
        began, began_cpu = time.perf_counter(), time.process_time()
        work()
        wall_ms.append(1000 * (time.perf_counter() - began))
        cpu_ms.append(1000 * (time.process_time() - began_cpu))
    print(
        f"{name:44} {median(wall_ms):9.1f} ms   processor {median(cpu_ms):9.1f} ms   n = {times}", flush=True
    )


def main(folder: Path) -> None:
    where = folder / "journal.db"
    last = night_of(NOW.astimezone())
    month, half, all_of_it = (last - timedelta(days=n) for n in (30, 182, 3650))
    with Journal.open(where) as journal:
        timed("seed", lambda: seed_journal(journal, NOW), 1)
        print(
            f"{where.stat().st_size / 1e6:.0f} MB, {journal.last_id()} events, {len(journal.episodes())} episodes"
        )
        uuid = journal.episodes()[-1].uuid
        timed("append one event (on the disk)", lambda: journal.append("said", {"keys": "x"}, uuid, NOW), 50)
        timed("figures of a month", lambda: figures(journal, month, last, NOW))
        timed("figures of half a year", lambda: figures(journal, half, last, NOW))
        timed("figures of ten years", lambda: figures(journal, all_of_it, last, NOW))
        timed("list of a month", lambda: journal.episodes(month, last))
        timed("one episode", lambda: journal.episode(uuid))
        timed(
            "the doctor's summary of half a year",
            lambda: doctor_summary(journal, Settings(), (half, last), NOW),
        )
        timed(
            "the doctor's summary of ten years",
            lambda: doctor_summary(journal, Settings(), (all_of_it, last), NOW),
            3,
        )
        exported = io.StringIO()
        timed("export as JSON", lambda: write_json(journal, exported, NOW), 1)
        timed("export as CSV", lambda: write_csv(journal, io.StringIO(newline="")), 1)
        timed("backup, verified", lambda: make_backup(where, folder / "backups", NOW), 3)
        timed("fold everything anew", lambda: journal.transact(rebuild), 1)
    timed("quick_check", lambda: database.check_integrity(where), 3)
    timed("open", lambda: Journal.open(where).close(), 3)
    exported.seek(0)
    with Journal.open(folder / "other.db") as other:
        timed("import from JSON", lambda: import_json(other, exported), 1)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(Path(scratch))
