"""One running installation to be broken again and again: its processes, a virtual sound card, a small disk."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.bench.faults.journal import tiny_disk, whole
from tests.bench.running.virtual_room import VirtualRoom, virtual_room
from tests.service.bedside_process import RunningService, recording

RECOVERY_LIMIT_S = 30.0  # less the waiting for a processor that other programs have
STARVED_LIMIT_S = 150.0  # with it
NEXT_WORD_S = 40.0  # the longest that a conversation is silent by itself: a long hold
STALE_S = 0.3  # signs of life may still be on their way for so long
RAISING = Path(__file__).with_name("vosk_that_raises")
CRIES = [(7.0, "kari", "krampe i leggen"), (14.0, "olav", "det hjelper ikke"), (11.0, "einar", "stopp"),
         (6.0, "solveig", "krampe i foten"), (15.0, "solveig", "det er bedre"), (9.0, "einar", "stopp"),
         (5.0, "einar", "krampe i leggen"), (12.0, "olav", "neste"), (12.0, "kari", "vent")]  # fmt: skip


class Harness:
    """One installation that is broken again and again, while somebody has a cramp most of the time."""

    def __init__(self, folder: Path, data: Path, room: VirtualRoom) -> None:
        self.folder = folder
        self.data = data
        self.room = room
        self._night = recording(folder / "night.wav", CRIES * 10)
        self._player: subprocess.Popen[bytes] | None = None
        self.clock = folder / "clock"
        self.patience = 1.0  # times the limits: a test says nothing of how fast a machine is
        self.service = self.started()
        self.longest_deaf_s = 0.0
        self.hurt: list[psutil.Process] = []  # children that have to be gone before it counts as mended

    def started(self) -> RunningService:
        raising = os.pathsep.join([str(RAISING), os.environ.get("PYTHONPATH", "")])
        return RunningService(
            self.folder / "home", environment={"PYTHONPATH": raising}, module="tests.bench.running.served",
            words=["--clock", str(self.clock)],
        )  # fmt: skip

    def restart(self) -> None:
        """What systemd does."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.service.process.wait(10)
        if self.service.process.poll() is None:
            self.service.kill()
        self.service = self.started()

    def keep_crying(self) -> None:
        if self._player is None or self._player.poll() is not None:
            self._player = self.room.play(self._night)

    def heard_at_s(self) -> float:
        """When frames were last known to arrive, on the monotonic clock; -1 while unknown."""
        status = self.service.status()
        age_s = status.get("frame_age_s")
        return time.monotonic() - float(str(age_s)) if age_s is not None else -1.0

    def seconds_until_it_hears(self, from_s: float) -> float | None:
        """From this moment to the first frames after it; None when none come within the limit."""
        while not self._given_up(time.monotonic() - from_s):
            if self.service.process.poll() is not None:
                self.restart()
            heard_s = self.heard_at_s()
            if heard_s > from_s + STALE_S and not any(child.is_running() for child in self.hurt):
                return heard_s - from_s
            time.sleep(0.05)
        return None

    def _given_up(self, waited_s: float) -> bool:
        if waited_s < RECOVERY_LIMIT_S * self.patience:
            return False
        starved_s = 0.0
        with contextlib.suppress(psutil.Error):
            starved_s = self.starved_s()
        return waited_s - starved_s > RECOVERY_LIMIT_S * self.patience or waited_s > STARVED_LIMIT_S

    def wait(self, seconds: float) -> None:
        """Let time pass, and see that it hears meanwhile."""
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            self.longest_deaf_s = max(self.longest_deaf_s, time.monotonic() - self.heard_at_s())
            time.sleep(0.1)

    def in_conversation(self) -> bool:
        marks = [
            row.kind for row in self.service.events() if row.kind in ("episode_started", "episode_ended")
        ]
        return bool(marks) and marks[-1] == "episode_started"

    def gets_a_word(self, since: int) -> bool:
        """Does the loudspeaker sound, or has the conversation come to its end?"""
        until_s = time.monotonic() + NEXT_WORD_S * self.patience
        while time.monotonic() < until_s:
            if self.room.sounded_since(since) or not self.in_conversation():
                return True
            time.sleep(0.2)
        return False

    def hearing_children(self) -> list[psutil.Process]:
        """The one that listens, and its spare, which is younger."""
        return sorted(self.children("skill.hearing.process.worker"), key=lambda child: child.create_time())

    def children(self, name: str) -> list[psutil.Process]:
        found = []
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.service.process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    found += [child] if name in " ".join(child.cmdline()) else []
        return found

    def pids(self) -> list[int]:
        return [self.service.process.pid, *(child.pid for child in self.hearing_children()[:1])]

    def starved_s(self) -> float:
        """Seconds since their start that service or hearing, whichever more, stood in the queue for a processor."""
        waited_s = [0.0]
        for process in (psutil.Process(self.service.process.pid), *self.hearing_children()[:1]):
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{process.pid}/schedstat").read_text("ascii")
                waited_s.append(int(text.split()[1]) / 1e9)
        return max(waited_s)

    def is_whole(self) -> bool:
        """The database is sound and no row has been changed since it was written."""
        try:
            return whole(self.data / "journal.db")
        except sqlite3.Error:
            return False


@contextlib.contextmanager
def harness(folder: Path) -> Iterator[Harness]:
    """Running, hearing, and with all its sounds rendered. SystemExit when it doesn't start."""
    with contextlib.ExitStack() as stack:
        room = stack.enter_context(virtual_room())
        data = folder / "home" / "data"
        (folder / "home").mkdir(parents=True)
        try:
            disk = stack.enter_context(tiny_disk(folder, "8m"))
            disk.joinpath("data").mkdir(mode=0o700)
            data.symlink_to(disk / "data")
        except PermissionError:
            data.mkdir(mode=0o700)
        made = Harness(folder, data, room)
        stack.callback(lambda: made.service.kill())
        if made.seconds_until_it_hears(time.monotonic()) is None:
            raise SystemExit(f"the service does not start:\n{made.service.log.read_text('utf-8')[-2000:]}")
        made.keep_crying()
        until_s = time.monotonic() + 120  # the first start renders all sounds
        while made.children("pyttsx3_child") and time.monotonic() < until_s:
            time.sleep(0.5)
        yield made
