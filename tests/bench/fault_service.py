"""Faults against the whole running service: its processes, a virtual sound card, a small disk of its own."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psutil

from tests.bench.fault_journal import fill, tiny_disk, whole
from tests.bench.fault_results import Outcome
from tests.bench.virtual_room import VirtualRoom, virtual_room
from tests.service.bedside_process import RunningService, recording

RECOVERY_LIMIT_S = 30.0
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
        self.service = self.started()
        self.longest_deaf_s = 0.0
        self.hurt: list[psutil.Process] = []  # children that have to be gone before it counts as mended

    def started(self) -> RunningService:
        raising = os.pathsep.join([str(RAISING), os.environ.get("PYTHONPATH", "")])
        return RunningService(
            self.folder / "home", environment={"PYTHONPATH": raising}, module="tests.bench.served",
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
        while time.monotonic() - from_s < RECOVERY_LIMIT_S:
            if self.service.process.poll() is not None:
                self.restart()
            heard_s = self.heard_at_s()
            if heard_s > from_s + STALE_S and not any(child.is_running() for child in self.hurt):
                return heard_s - from_s
            time.sleep(0.05)
        return None

    def wait(self, seconds: float) -> None:
        """Let time pass, and see that it hears meanwhile."""
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            self.longest_deaf_s = max(self.longest_deaf_s, time.monotonic() - self.heard_at_s())
            time.sleep(0.1)

    def in_conversation(self) -> bool:
        marks = [row.kind for row in self.service.events() if row.kind in ("episode_started", "episode_ended")]
        return bool(marks) and marks[-1] == "episode_started"

    def gets_a_word(self, since: int) -> bool:
        """Does the loudspeaker sound, or has the conversation come to its end?"""
        until_s = time.monotonic() + NEXT_WORD_S
        while time.monotonic() < until_s:
            if self.room.sounded_since(since) or not self.in_conversation():
                return True
            time.sleep(0.2)
        return False

    def hearing_children(self) -> list[psutil.Process]:
        return self.children("skill.hearing.child")

    def children(self, name: str) -> list[psutil.Process]:
        found = []
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.service.process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    found += [child] if name in " ".join(child.cmdline()) else []
        return found

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


# --- the faults: each comes back when what it took away is there again, with the moment of that --------------


def kill_service(h: Harness, _rng: np.random.Generator) -> float:
    at_s = time.monotonic()
    h.service.kill()
    h.restart()
    return at_s


def stop_politely(h: Harness, _rng: np.random.Generator) -> float:
    at_s = time.monotonic()
    h.service.stop()
    h.restart()
    return at_s


def hurt_hearing(how: signal.Signals) -> Callable[[Harness, np.random.Generator], float]:
    def inject(h: Harness, _rng: np.random.Generator) -> float:
        at_s = time.monotonic()
        h.hurt = h.hearing_children()
        for child in h.hurt:
            with contextlib.suppress(psutil.Error):
                child.send_signal(how)
        return at_s

    return inject


def vosk_raises(h: Harness, _rng: np.random.Generator) -> float:
    """It takes sound to let it raise: somebody speaks."""
    h.hurt = h.hearing_children()
    for child in h.hurt:
        child.send_signal(signal.SIGUSR1)
    until_s = time.monotonic() + 40
    while time.monotonic() < until_s and any(child.is_running() for child in h.hurt):
        time.sleep(0.02)
    return time.monotonic()


def lose_sounds(h: Harness, rng: np.random.Generator) -> float:
    """The voice's sounds are gone; in one of three cases they are being made anew, and the renderer is hurt."""
    for path in (h.folder / "home" / "cache" / "voice").rglob("*.wav"):
        path.unlink(missing_ok=True)
    if rng.random() < 0.34:
        kill_service(h, rng)
        until_s = time.monotonic() + 10
        while not h.children("pyttsx3_child") and time.monotonic() < until_s:
            time.sleep(0.05)
        for child in h.children("pyttsx3_child"):
            child.send_signal(signal.SIGKILL if rng.random() < 0.5 else signal.SIGSTOP)
    return time.monotonic()


def pull_microphone(h: Harness, rng: np.random.Generator) -> float:
    h.room.pull_microphone()
    time.sleep(rng.uniform(0.3, 6.0))
    h.room.stall(False)
    return time.monotonic()


def stall_microphone(h: Harness, rng: np.random.Generator) -> float:
    h.room.stall(True)
    time.sleep(rng.uniform(0.3, 6.0))
    h.room.stall(False)
    return time.monotonic()


def rename_microphone(h: Harness, rng: np.random.Generator) -> float:
    h.room.rename_microphone(f"mic{rng.integers(10_000)}")
    return time.monotonic()


def pull_loudspeaker(h: Harness, rng: np.random.Generator) -> float:
    h.room.pull_loudspeaker()
    h.wait(rng.uniform(0.3, 6.0))
    h.room.card.suspend(False)
    return time.monotonic()


def lock_database(h: Harness, rng: np.random.Generator) -> float:
    at_s = time.monotonic()
    with contextlib.closing(sqlite3.connect(h.data / "journal.db", timeout=5)) as other:
        with contextlib.suppress(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
        h.wait(rng.uniform(0.5, 4.0))
        other.rollback()
    return at_s


def fill_disk(h: Harness, rng: np.random.Generator) -> float:
    at_s = time.monotonic()
    ballast = fill(h.data.resolve().parent, int(rng.integers(0, 30_000)))
    h.wait(rng.uniform(0.5, 5.0))
    if rng.random() < 0.3:
        at_s = kill_service(h, rng)  # and started again on the full disk
        h.wait(2.0)
    ballast.unlink()
    return at_s


def spoil_settings(h: Harness, rng: np.random.Generator) -> float:
    at_s = time.monotonic()
    path = h.folder / "home" / "config" / "settings.toml"
    text = '[voice]\nrate_wpm = 120\n[audio]\nmicrophone = ""\n'
    path.write_text(text[: int(rng.integers(1, len(text)))], "utf-8")
    h.wait(1.5)
    path.unlink(missing_ok=True)
    return at_s


def set_clock(h: Harness, rng: np.random.Generator) -> float:
    """By NTP, by hand, or to just before summer time begins or ends."""
    at_s = time.monotonic()
    summer = [datetime(2026, 3, 29, 0, 59, 50, tzinfo=UTC), datetime(2026, 10, 25, 0, 59, 50, tzinfo=UTC)]
    offsets = [0.0, 0.3, -0.3, 3600.0, -3600.0, 86_400.0, -86_400.0, *(at.timestamp() - time.time() for at in summer)]
    h.clock.write_text(str(float(rng.choice(offsets))), "utf-8")
    h.wait(1.0)
    return at_s


def second_instance(h: Harness, _rng: np.random.Generator) -> float:
    at_s = time.monotonic()
    second = h.started()
    with contextlib.suppress(subprocess.TimeoutExpired):
        second.process.wait(30)
    second.kill()
    return at_s


def squeeze_memory(h: Harness, rng: np.random.Generator) -> float:
    """No more memory for the service or its child, for a while; what dies of it is started again."""
    targets = h.hearing_children() if rng.random() < 0.5 else [psutil.Process(h.service.process.pid)]
    for process in targets:
        with contextlib.suppress(psutil.Error):
            unlimited = process.rlimit(resource.RLIMIT_AS)[1]
            process.rlimit(resource.RLIMIT_AS, (process.memory_info().vms + int(rng.integers(0, 2**20)), unlimited))
    time.sleep(rng.uniform(1.0, 4.0))
    for process in targets:
        with contextlib.suppress(psutil.Error):
            process.rlimit(resource.RLIMIT_AS, (unlimited, unlimited))
    return time.monotonic()


SERVICE_FAULTS: dict[str, Callable[[Harness, np.random.Generator], float]] = {
    "kill -9 of the service": kill_service,
    "stopped and started": stop_politely,
    "hearing killed": hurt_hearing(signal.SIGKILL),
    "hearing aborts": hurt_hearing(signal.SIGABRT),
    "hearing hangs": hurt_hearing(signal.SIGSTOP),
    "Vosk raises": vosk_raises,
    "sounds and renderer gone": lose_sounds,
    "microphone pulled": pull_microphone,
    "capture stalls": stall_microphone,
    "microphone renamed": rename_microphone,
    "loudspeaker pulled": pull_loudspeaker,
    "database locked": lock_database,
    "disk full and back": fill_disk,
    "settings half written": spoil_settings,
    "clock set": set_clock,
    "second instance": second_instance,
    "no memory": squeeze_memory,
}


def inject(h: Harness, fault: str, rng: np.random.Generator) -> Outcome:
    """One fault at any instant of a conversation, and what came of it."""
    h.keep_crying()
    time.sleep(rng.uniform(0.2, 3.0))
    before, in_step = [row.uuid for row in h.service.events()], h.in_conversation()
    h.longest_deaf_s, h.hurt = 0.0, []
    ready_s = SERVICE_FAULTS[fault](h, rng)
    sounded = h.room.recorded() + 4000  # what was on its way to the loudspeaker doesn't count
    back_s = h.seconds_until_it_hears(ready_s)
    note = f"deaf for {h.longest_deaf_s:.1f} s meanwhile" if h.longest_deaf_s > 1.5 else ""
    if back_s is None:
        note = h.service.log.read_text("utf-8", "replace")[-500:]
        h.service.kill()
        h.restart()
        h.seconds_until_it_hears(time.monotonic())
    left_alone = in_step and not h.gets_a_word(sounded)
    after = {row.uuid for row in h.service.events()}
    return Outcome(back_s, sum(row not in after for row in before), not h.is_whole(), left_alone, note)
