"""Faults of disk, database and settings file, against the real journal in processes that are killed for it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from skill.journal.keeping.recovery import open_for_night
from skill.journal.storage.store import Journal
from skill.settings.file import read, save
from skill.settings.values import Settings
from tests.bench.faults.results import Outcome
from tests.journal.writing import start_episode

OSLO = ZoneInfo("Europe/Oslo")
AT = datetime(2026, 3, 4, 2, tzinfo=UTC)
RATES_WPM = (110, 150)
_PROCESSES = multiprocessing.get_context("forkserver")  # warm: no import takes place in what is killed
_PROCESSES.set_forkserver_preload(
    ["tests.bench.faults.journal", "alembic.command", "skill.journal.keeping.recovery"]
)


def killed(target: Callable[..., None], arguments: tuple[object, ...], after_s: float) -> None:
    """Run it in a process of its own, and kill it -9 so many seconds after it says that it has begun."""
    ready, told = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=target, args=(told, *arguments))
    process.start()
    told.close()
    with contextlib.suppress(EOFError):
        ready.recv()
    time.sleep(after_s)
    process.kill()
    process.join()
    ready.close()


def write_for_ever(ready: object, where: Path, acknowledged: Path) -> None:
    """Episode after episode; each event's uuid goes to `acknowledged` once `append` has returned."""
    journal = open_for_night(where, where.parent / "backups", AT, zone=OSLO).journal
    log = os.open(acknowledged, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    ready.send("begun")  # type: ignore[attr-defined]
    while True:
        write_episode(journal, log)


def write_episode(journal: Journal, log: int) -> None:
    uuid = start_episode(journal, AT, intent="cramp", place="calf")
    for number in range(8):
        journal.append("said", {"keys": str(number)}, uuid, AT)
        os.write(log, f"{uuid} {number}\n".encode())
    journal.append("step_ended", {"protocol": "calf", "rung": "B2", "outcome": "better"}, uuid, AT)
    journal.append("episode_ended", {"reason": "relieved"}, uuid, AT)
    os.write(log, f"{uuid} end\n".encode())


def migrate_at_once(ready: object, where: Path, acknowledged: Path) -> None:
    """As `write_for_ever`, but the killing begins before the tables are made."""
    ready.send("begun")  # type: ignore[attr-defined]
    write_for_ever(_Nobody(), where, acknowledged)


class _Nobody:
    def send(self, _what: object) -> None: ...


def examined(where: Path, acknowledged: Path, note: str = "", began_s: float | None = None) -> Outcome:
    """Open it as the next night would; compare what is there with what was acknowledged."""
    began_s = time.monotonic() if began_s is None else began_s
    journal = open_for_night(where, where.parent / "backups", AT, zone=OSLO).journal
    start_episode(journal, AT)
    back_s = None if journal.waiting else time.monotonic() - began_s
    told: dict[str, list[str]] = {}
    for line in acknowledged.read_text().splitlines() if acknowledged.exists() else []:
        uuid, _, what = line.partition(" ")
        told.setdefault(uuid, []).append(what)
    lost, corrupt = 0, not whole(where)
    for uuid, promised in told.items():
        events = journal.events(uuid)
        there = [e.text("keys") for e in events if e.kind == "said"]
        there += ["end" for e in events if e.kind == "episode_ended"]
        lost += sum(what not in there for what in promised)
        corrupt = corrupt or there[: len(promised)] != promised
        episode = journal.episode(uuid)
        corrupt = corrupt or (episode.ended_reason == "relieved") != ("end" in there)
    versions = {summary.uuid: summary.version for summary in journal.episodes()}
    corrupt = corrupt or any(journal.episode(uuid).version != version for uuid, version in versions.items())
    journal.close()
    note = note or f"{sum(map(len, told.values()))} acknowledged"
    return Outcome(back_s, lost, corrupt, note=note)


def whole(where: Path) -> bool:
    with contextlib.closing(sqlite3.connect(where)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def kill_in_commit(rng: np.random.Generator, folder: Path) -> Outcome:
    where, acknowledged = folder / "data" / "journal.db", folder / "acknowledged"
    for _ in range(int(rng.integers(1, 4))):  # killed, and killed again on the way up
        killed(write_for_ever, (where, acknowledged), float(rng.uniform(0, 0.08)))
    return examined(where, acknowledged)


def kill_in_migration(rng: np.random.Generator, folder: Path) -> Outcome:
    where, acknowledged = folder / "data" / "journal.db", folder / "acknowledged"
    killed(migrate_at_once, (where, acknowledged), float(rng.uniform(0, 0.06)))
    return examined(where, acknowledged)


def disk_full(rng: np.random.Generator, folder: Path) -> Outcome:
    """A disk of 2 MB is filled in the middle of an episode; some of the time the service dies meanwhile."""
    with tiny_disk(folder) as disk:
        where, acknowledged = disk / "data" / "journal.db", folder / "acknowledged"
        seconds = [0.0]
        log = os.open(acknowledged, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        journal = open_for_night(where, disk / "backups", AT, zone=OSLO, now_s=lambda: seconds[0]).journal
        for _ in range(int(rng.integers(0, 3))):
            write_episode(journal, log)
        ballast = fill(disk, int(rng.integers(0, 20_000)))
        for _ in range(int(rng.integers(1, 6))):
            write_episode(journal, log)
        waited = journal.waiting
        if rng.random() < 0.4:
            journal.release()  # its memory is gone: only what lies on the disk counts
        else:
            ballast.unlink()
            seconds[0] += 5
            journal.flush()
            journal.close()
        ballast.unlink(missing_ok=True)
        os.close(log)
        return examined(where, acknowledged, f"{waited} waited")


@contextlib.contextmanager
def tiny_disk(folder: Path, size: str = "2m") -> Iterator[Path]:
    """A real small disk where this user may mount one. Raises PermissionError where not."""
    disk = folder / "disk"
    disk.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        raise PermissionError("needs the right to mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def fill(disk: Path, leave: int = 0) -> Path:
    """A file that takes all room but `leave` bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    with contextlib.suppress(OSError):
        os.truncate(ballast, max(0, ballast.stat().st_size - leave))
    return ballast


def write_within_quota(ready: object, where: Path, acknowledged: Path, limit: int) -> None:
    """No file of this process may grow beyond `limit`, for three episodes; then there is room again."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    seconds = [0.0]
    journal = open_for_night(where, where.parent / "backups", AT, zone=OSLO, now_s=lambda: seconds[0]).journal
    log = os.open(acknowledged, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    write_episode(journal, log)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    for _ in range(3):
        write_episode(journal, log)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    seconds[0] += 5
    ready.send("begun")  # type: ignore[attr-defined]
    while True:
        write_episode(journal, log)


def quota(rng: np.random.Generator, folder: Path) -> Outcome:
    where, acknowledged = folder / "data" / "journal.db", folder / "acknowledged"
    # the spool's room is taken at the start and lies within the limit; the write-ahead log hits it
    killed(
        write_within_quota,
        (where, acknowledged, int(rng.integers(20_000, 300_000))),
        float(rng.uniform(0, 0.1)),
    )
    return examined(where, acknowledged)


def locked(rng: np.random.Generator, folder: Path) -> Outcome:
    """Another program holds the write lock through an episode. `back_s` is the longest that a person waited."""
    where, acknowledged = folder / "data" / "journal.db", folder / "acknowledged"
    seconds = [0.0]
    log = os.open(acknowledged, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    journal = open_for_night(where, folder / "backups", AT, zone=OSLO, now_s=lambda: seconds[0]).journal
    write_episode(journal, log)
    other = sqlite3.connect(where)
    other.execute(str(rng.choice(["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])))
    began_s = time.monotonic()
    write_episode(journal, log)
    took_s = time.monotonic() - began_s
    other.rollback()
    other.close()
    seconds[0] += 5
    if rng.random() < 0.5:
        journal.flush()
    journal.close()
    os.close(log)
    outcome = examined(where, acknowledged, f"an episode took {took_s:.2f} s meanwhile")
    return replace(outcome, back_s=None if outcome.back_s is None else max(outcome.back_s, took_s))


def save_for_ever(ready: object, path: Path) -> None:
    ready.send("begun")  # type: ignore[attr-defined]
    while True:
        for rate_wpm in RATES_WPM:
            save(path, _with_rate(rate_wpm))


def _with_rate(rate_wpm: int) -> Settings:
    return replace(Settings(), voice=replace(Settings().voice, rate_wpm=rate_wpm))


def kill_while_saving(rng: np.random.Generator, folder: Path) -> Outcome:
    """The settings page is saving when the power goes."""
    path = folder / "settings.toml"
    save(path, _with_rate(RATES_WPM[0]))
    killed(save_for_ever, (path,), float(rng.uniform(0, 0.05)))
    return _settings_are_whole(path)


def half_written(rng: np.random.Generator, folder: Path) -> Outcome:
    """An editor that writes in place is cut off at any byte: the last good settings stay in force."""
    path = folder / "settings.toml"
    save(path, _with_rate(RATES_WPM[0]))
    read(path)
    whole_text = path.read_bytes()
    path.write_bytes(whole_text[: int(rng.integers(0, len(whole_text)))])
    return _settings_are_whole(path)


def _settings_are_whole(path: Path) -> Outcome:
    began_s = time.monotonic()
    rate_wpm = read(path).settings.voice.rate_wpm
    corrupt = rate_wpm not in RATES_WPM
    return Outcome(time.monotonic() - began_s, corrupt=corrupt, note=f"rate {rate_wpm}" if corrupt else "")


JOURNAL_FAULTS: dict[str, Callable[[np.random.Generator, Path], Outcome]] = {
    "killed in a commit": kill_in_commit,
    "killed in the first migration": kill_in_migration,
    "disk full and back": disk_full,
    "quota reached and lifted": quota,
    "database locked": locked,
    "killed while saving settings": kill_while_saving,
    "settings half written": half_written,
}
