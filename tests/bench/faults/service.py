"""Faults against the whole running service, and what came of them."""

from __future__ import annotations

import contextlib
import resource
import signal
import socket
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
from tests.bench.faults.sound import SOUND_FAULTS

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
    """It sees that the folders are in use, and ends; the first one goes on hearing meanwhile."""
    second, until_s = h.started(), time.monotonic() + 30
    while second.process.poll() is None and time.monotonic() < until_s:
        h.wait(0.1)
    second.kill()
    return time.monotonic()


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


def hang_up(h: Harness, _rng: np.random.Generator) -> float:
    at_s = time.monotonic()
    h.service.process.send_signal(signal.SIGHUP)
    return at_s


def interrupt_first_render(h: Harness, rng: np.random.Generator) -> float:
    """No sound is made yet, and somebody presses Ctrl-C while they are; then it is started again."""
    h.service.kill()
    for path in (h.folder / "home" / "cache" / "voice").rglob("*.wav"):
        path.unlink(missing_ok=True)
    h.restart()
    time.sleep(rng.uniform(0.1, 3.0))
    h.service.process.send_signal(signal.SIGINT)
    h.restart()
    return time.monotonic()


def orphaned_files(h: Harness, rng: np.random.Generator) -> float:
    """A renderer and a copy that were killed have left their half-made files."""
    at_s = time.monotonic()
    voice = h.folder / "home" / "cache" / "voice"
    voice.mkdir(parents=True, exist_ok=True)
    backups = h.data / "backups"
    backups.mkdir(exist_ok=True)
    with contextlib.suppress(OSError):
        (voice / f".{rng.integers(10**6)}.wav.part").write_bytes(bytes(100))
        (backups / ".journal-20260101T000000Z.db.part").write_bytes(bytes(int(rng.integers(5000))))
    kill_service(h, rng)
    return at_s


def strange_settings(h: Harness, rng: np.random.Generator) -> float:
    """What a person may write: Notepad's mark, a host that isn't ours, a microphone that isn't there."""
    path = h.folder / "home" / "config" / "settings.toml"
    path.parent.mkdir(exist_ok=True)
    texts = (
        "\ufeff[voice]\nrate_wpm = 120\n", '[web]\nhost = "192.0.2.7"\n', '[audio]\nmicrophone = "USB (hw:7,0)"\n',
        '[audio]\nloudspeaker = "Jabra (hw:9,0)"\n', "rate = [\n", "\x00",
    )  # fmt: skip
    path.write_text(str(rng.choice(texts)), "utf-8")
    if rng.random() < 0.5:
        kill_service(h, rng)
    h.wait(2.0)
    path.unlink(missing_ok=True)
    return time.monotonic()


def read_only_home(h: Harness, rng: np.random.Generator) -> float:
    """The small disk becomes read-only, as after an error of the file system, and is writable again."""
    at_s, disk = time.monotonic(), str(h.data.resolve().parent)
    if subprocess.run(["mount", "-o", "remount,ro", disk], capture_output=True, check=False).returncode:
        return at_s  # it is being written, or we may not
    h.wait(rng.uniform(0.5, 4.0))
    if rng.random() < 0.3:
        at_s = kill_service(h, rng)
        h.wait(2.0)
    subprocess.run(["mount", "-o", "remount,rw", disk], capture_output=True, check=False)
    return at_s


def readers_that_leave(h: Harness, rng: np.random.Generator) -> float:
    """The page server's door is shut on a reader in the middle of an answer, many times."""
    at_s = time.monotonic()
    for _ in range(int(rng.integers(5, 40))):
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", h.service.port), 1) as reader,
        ):
            reader.sendall(b"GET /doctor HTTP/1.1\r\nHost: localhost\r\n" + b"\r\n" * int(rng.integers(0, 2)))
    return at_s


def busy_processors(h: Harness, rng: np.random.Generator) -> float:
    """Other programs want all processors."""
    loops = [subprocess.Popen(["python3", "-c", "while True: pass"]) for _ in range(int(rng.integers(2, 7)))]
    h.wait(rng.uniform(1.0, 5.0))
    at_s = time.monotonic()
    for loop in loops:
        loop.kill()
        loop.wait(10)
    return at_s


SERVICE_FAULTS: dict[str, Callable[[Harness, np.random.Generator], float]] = SOUND_FAULTS | {
    "kill -9 of the service": kill_service,
    "stopped and started": stop_politely,
    "hearing killed": hurt_hearing(signal.SIGKILL),
    "hearing aborts": hurt_hearing(signal.SIGABRT),
    "hearing hangs": hurt_hearing(signal.SIGSTOP),
    "Vosk raises": vosk_raises,
    "sounds and renderer gone": lose_sounds,
    "database locked": lock_database,
    "disk full and back": fill_disk,
    "settings half written": spoil_settings,
    "clock set": set_clock,
    "second instance": second_instance,
    "no memory": squeeze_memory,
    "terminal hung up": hang_up,
    "Ctrl-C in the first render": interrupt_first_render,
    "files of a killed renderer and copy": orphaned_files,
    "strange settings": strange_settings,
    "home read-only and back": read_only_home,
    "readers that leave": readers_that_leave,
    "busy processors": busy_processors,
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
