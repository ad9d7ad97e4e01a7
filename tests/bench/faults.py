"""Faults made on purpose against the real, running service: nothing committed is lost, and it hears again.

    python -m tests.bench.faults --count 1000 --seed 1      # the long run
    python -m tests.bench.faults --count 12                 # a handful

The service runs in processes of its own on a recording in which somebody with a cramp cries out every half minute,
so that faults fall into all parts of a conversation. After each fault: all rows that were committed before are
there, in order; the database is whole; frames arrive again; and where the service itself died in the middle of a
conversation, it says so when it is back. Prints fault × injections × losses × seconds to recover.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.service.bedside_process import RunningService, recording

RECOVERY_LIMIT_S = 30.0
GOAL_S = 5.0


@dataclass
class Tally:
    injections: int = 0
    rows_lost: int = 0
    corrupt: int = 0
    not_back: int = 0
    recovery_s: list[float] = field(default_factory=list)


class Harness:
    """One installation that is broken again and again."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        cries = [(9.0, voice, "krampe i leggen") for voice in ("kari", "einar", "olav", "solveig")] * 40
        self.sound = recording(folder / "night.wav", cries)
        self.service = self._start()

    def _start(self) -> RunningService:
        return RunningService(self.folder / "home", self.sound)

    def hears(self) -> bool:
        return self.service.status().get("listening") == "hearing"

    def wait_until_it_hears(self) -> float | None:
        """Seconds until frames arrive; None when they don't within the limit."""
        began_s = time.monotonic()
        while time.monotonic() - began_s < RECOVERY_LIMIT_S:
            if self.hears():
                return time.monotonic() - began_s
            time.sleep(0.05)
        return None

    def restart(self) -> None:
        """What systemd does."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.service.process.wait(10)
        self.service = self._start()

    def children(self, name: str) -> list[int]:
        words = ["pgrep", "-P", str(self.service.process.pid), "-f", name]
        return [int(pid) for pid in subprocess.run(words, capture_output=True, text=True, check=False).stdout.split()]

    # --- the faults ------------------------------------------------------------------------------------

    def kill_service(self) -> None:
        self.service.kill()
        self.restart()

    def kill_hearing(self) -> None:
        for pid in self.children("skill.hearing.child"):
            os.kill(pid, signal.SIGKILL)

    def freeze_hearing(self) -> None:
        """A driver or libvosk that hangs."""
        for pid in self.children("skill.hearing.child"):
            os.kill(pid, signal.SIGSTOP)

    def kill_voice(self) -> None:
        """The cache is emptied and whatever renders is killed."""
        for path in (self.folder / "home" / "cache" / "voice").glob("*.wav"):
            path.unlink(missing_ok=True)
        for pid in self.children("pyttsx3_child"):
            os.kill(pid, signal.SIGKILL)

    def lock_database(self) -> None:
        """Another program holds the write lock for a while."""
        database = sqlite3.connect(self.folder / "home" / "data" / "journal.db", check_same_thread=False, timeout=5)
        with contextlib.suppress(sqlite3.OperationalError):
            database.execute("BEGIN IMMEDIATE")

        def let_go() -> None:
            database.rollback()
            database.close()

        threading.Timer(self.random.uniform(0.5, 4.0), let_go).start()

    def spoil_settings(self) -> None:
        """A settings file cut off in the middle of being written, and mended again."""
        path = self.folder / "home" / "config" / "settings.toml"
        path.write_text('language = "nb"\n[voice]\nrate_', "utf-8")
        threading.Timer(2.0, lambda: path.unlink(missing_ok=True)).start()

    def second_instance(self) -> None:
        second = RunningService(self.folder / "home", self.sound)
        second.process.wait(30)
        second.stop()

    def stop_politely(self) -> None:
        self.service.stop()
        self.restart()

    # --- checks ------------------------------------------------------------------------------------------

    def rows(self) -> list[str]:
        return [row.uuid for row in self.service.events()]

    def whole(self) -> bool:
        path = self.folder / "home" / "data" / "journal.db"
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


FAULTS: dict[str, Callable[[Harness], None]] = {
    "kill -9 of the service": Harness.kill_service,
    "kill -9 of hearing": Harness.kill_hearing,
    "hearing hangs": Harness.freeze_hearing,
    "voice cache and renderer gone": Harness.kill_voice,
    "database locked": Harness.lock_database,
    "settings half written": Harness.spoil_settings,
    "second instance": Harness.second_instance,
    "stopped and started": Harness.stop_politely,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tallies: dict[str, Tally] = defaultdict(Tally)
    with tempfile.TemporaryDirectory(prefix="kv-faults-") as folder:
        harness = Harness(Path(folder), options.seed)
        if harness.wait_until_it_hears() is None:
            raise SystemExit(f"the service does not start:\n{harness.service.log.read_text('utf-8')[-2000:]}")
        for number in range(options.count):
            name = harness.random.choice(sorted(FAULTS))
            inject(harness, name, tallies[name])
            if (number + 1) % 10 == 0:
                print(f"{number + 1}/{options.count}", flush=True)
        harness.service.kill()
    report(tallies)


def inject(harness: Harness, name: str, tally: Tally) -> None:
    time.sleep(harness.random.uniform(0.2, 3.0))  # any instant of a conversation
    before = harness.rows()
    FAULTS[name](harness)
    tally.injections += 1
    time.sleep(0.2)
    recovered_s = harness.wait_until_it_hears()
    if name == "hearing hangs":  # it is noticed only when its signs of life stay away
        time.sleep(3.0)
        recovered_s = harness.wait_until_it_hears()
        recovered_s = None if recovered_s is None else recovered_s + 3.0
    if recovered_s is None:
        tally.not_back += 1
        harness.service.kill()
        harness.restart()
        harness.wait_until_it_hears()
    else:
        tally.recovery_s.append(recovered_s)
    after = harness.rows()
    tally.rows_lost += len(before) - len([row for row in after[: len(before)] if row in set(before)])
    tally.corrupt += not harness.whole()


def report(tallies: dict[str, Tally]) -> None:
    print(f"\n{'fault':<32}{'injected':>9}{'rows lost':>11}{'corrupt':>9}{'not back':>10}{'median s':>10}{'max s':>8}")
    for name, tally in sorted(tallies.items()):
        times = sorted(tally.recovery_s) or [float("nan")]
        print(
            f"{name:<32}{tally.injections:>9}{tally.rows_lost:>11}{tally.corrupt:>9}{tally.not_back:>10}"
            f"{times[len(times) // 2]:>10.1f}{times[-1]:>8.1f}"
        )
    total = sum(tally.injections for tally in tallies.values())
    lost = sum(tally.rows_lost for tally in tallies.values())
    late = sum(seconds > GOAL_S for tally in tallies.values() for seconds in tally.recovery_s)
    print(f"total {total} injections, {lost} rows lost (goal 0), {late} later than {GOAL_S:.0f} s (goal 0)")


if __name__ == "__main__":
    main()
