"""Faults against the whole running service, and what came of them."""

from __future__ import annotations

import contextlib
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import psutil

from tests.bench.faults.harness import Harness
from tests.bench.faults.journal import fill
from tests.bench.faults.results import Outcome

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
    def inject(h: Harness, rng: np.random.Generator) -> float:
        """In every other case the spare is hurt as well."""
        at_s = time.monotonic()
        h.hurt = h.hearing_children()[: None if rng.random() < 0.5 else 1]
        for child in h.hurt:
            with contextlib.suppress(psutil.Error):
                child.send_signal(how)
        return at_s

    return inject


def vosk_raises(h: Harness, _rng: np.random.Generator) -> float:
    """It takes sound to let it raise: somebody speaks."""
    h.hurt = h.hearing_children()[:1]
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
    offsets = [
        0.0,
        0.3,
        -0.3,
        3600.0,
        -3600.0,
        86_400.0,
        -86_400.0,
        *(at.timestamp() - time.time() for at in summer),
    ]
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
    targets = h.hearing_children()[:1] if rng.random() < 0.5 else [psutil.Process(h.service.process.pid)]
    for process in targets:
        with contextlib.suppress(psutil.Error):
            unlimited = process.rlimit(resource.RLIMIT_AS)[1]
            process.rlimit(
                resource.RLIMIT_AS, (process.memory_info().vms + int(rng.integers(0, 2**20)), unlimited)
            )
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
    starved_s, known = h.starved_s(), h.pids()
    before, in_step = [row.uuid for row in h.service.events()], h.in_conversation()
    h.longest_deaf_s, h.hurt = 0.0, []
    ready_s = SERVICE_FAULTS[fault](h, rng)
    sounded = h.room.recorded() + 4000  # what was on its way to the loudspeaker doesn't count
    back_s = h.seconds_until_it_hears(ready_s)
    starved_s = h.starved_s() - (starved_s if h.pids() == known else 0.0)
    note = f"deaf for {h.longest_deaf_s:.1f} s meanwhile" if h.longest_deaf_s > 1.5 else ""
    if back_s is None:
        note = h.service.log.read_text("utf-8", "replace")[-500:]
        h.service.kill()
        h.restart()
        h.seconds_until_it_hears(time.monotonic())
    left_alone = in_step and not h.gets_a_word(sounded)
    after = {row.uuid for row in h.service.events()}
    return Outcome(back_s, sum(row not in after for row in before), not h.is_whole(), left_alone, note,
                   min(starved_s, back_s or 0.0))  # fmt: skip
