"""Hearing in a process of its own, watched: libvosk and drivers may end that process, not the night."""

from __future__ import annotations

import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import psutil

from skill.events import Fault, Heard, Pulse, SpeechBegan, Unclear
from skill.hearing.own_sound import Played
from skill.hearing.wire import (
    Command,
    HearingConfig,
    ListenTo,
    Log,
    Message,
    OwnVoice,
    Ready,
    Shutdown,
    Turn,
    decode_message,
    encode,
)

HearingMessage = Heard | Unclear | SpeechBegan | Pulse | Fault
_log = logging.getLogger(__name__)

HANG_S = 2.5  # the child's loop turns ten times a second; opening a device may hold it up for a while
PROBE_S = 0.3  # so long it is watched then: does it use any time?
MOST_EXCUSED = 3  # such times in a row that it was busy all the same
MOST_PATIENCE = 8  # times that long after it hung several times: the machine may just be slow now
START_S = 60.0  # a slow machine may need this long to load a large model
BACK_OFF_S = (0.0, 0.0, 0.5, 1.0, 2.0, 2.5)  # with the start itself still within five seconds
HUNG = "Delen som hører, hang seg opp."
LISTENS_S = 1.0  # a child silent for longer may not be reading: more sound would fill its pipe, and block us
STEADY_S = 30.0  # having lived this long, it is forgiven its past


class HearingProcess:
    """Supervises the hearing child. All methods may be called from any one thread; none of them blocks.

    `deliver` gets every message, from a thread of this object: hand it on to your own loop. The child is
    started again, within two seconds and for ever, when it ends or hangs; it is then told anew what to
    listen for.
    """

    def __init__(
        self,
        config: HearingConfig,
        deliver: Callable[[HearingMessage], None],
        first: subprocess.Popen[bytes] | None = None,
    ) -> None:
        """`first`: a child of `spawn_child` that has used the time until now for its imports."""
        self._config = config
        self._first = first
        self._deliver = deliver
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._grammar = config.grammar
        self._playing = False
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._supervise, name="hearing", daemon=True)
        self._excused = 0
        self._said_s = float("-inf")  # when the child last said anything
        self.starts = 0
        self.ready: Ready | None = None

    @property
    def child_pid(self) -> int | None:
        child = self._child
        return child.pid if child else None

    def start(self) -> None:
        self._thread.start()

    def listen(self, grammar: str) -> None:
        with self._lock:
            self._grammar = grammar
            self._send(ListenTo(grammar))

    def own_voice(self, playing: bool) -> None:
        with self._lock:
            self._playing = playing
            self._send(OwnVoice(playing))

    def played(self, piece: Played) -> None:
        """What our own loudspeaker plays. Missing pieces only cost that a person isn't heard through it."""
        with self._lock:
            if time.monotonic() - self._said_s < LISTENS_S:
                self._send(piece)

    def close(self, timeout_s: float = 3.0) -> None:
        """End the child, and this object's thread."""
        with self._lock:
            self._closed.set()
            self._send(Shutdown())
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        if self._child is not None and self._child.poll() is None:
            self._child.kill()

    def _send(self, command: Command) -> None:
        child = self._child
        if child is not None and child.stdin is not None:
            with suppress(OSError, ValueError):
                child.stdin.write(encode(command))

    def _supervise(self) -> None:
        failures = hangs = 0
        while not self._closed.is_set():
            began_s = time.monotonic()
            reason = self._one_life(HANG_S * min(2**hangs, MOST_PATIENCE))
            if self._closed.is_set():
                break
            steady = time.monotonic() - began_s > STEADY_S
            failures = 1 if steady else failures + 1
            hangs = (0 if steady else hangs) + (reason == HUNG)
            if reason:
                sentence = f"{reason} Den startes på nytt; det du sa akkurat nå, ble kanskje ikke hørt."
                self._deliver(Fault("recogniser", "degraded", sentence, time.monotonic()))
            self._closed.wait(BACK_OFF_S[min(failures, len(BACK_OFF_S)) - 1])

    def _one_life(self, hang_s: float) -> str:
        """Start a child and follow it to its end. Gives why it ended; "" when that is known already."""
        child = self._spawn()
        messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        reader = threading.Thread(target=_read, args=(child, messages), name="hearing-pipe", daemon=True)
        reader.start()
        limit_s = START_S
        reason = "Delen som hører, stoppet."
        while True:
            try:
                message = messages.get(timeout=limit_s)
            except queue.Empty:
                if self._still_working(child):
                    continue
                reason = HUNG
                break
            self._excused = 0
            self._said_s = time.monotonic()
            if message is None:
                break
            match message:
                case Ready():
                    self.ready = message
                    limit_s = hang_s
                case Log(text):
                    _log.error("hearing: %s", text)
                case Turn():
                    pass
                case Fault(severity="deaf", source="recogniser"):
                    reason = ""
                    self._deliver(message)
                case _:
                    self._deliver(message)
        child.kill()
        renewed = child.wait() == 0
        reader.join(1.0)
        with self._lock:
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()
        return "" if renewed else reason

    def _still_working(self, child: subprocess.Popen[bytes]) -> bool:
        """On a machine that is busy with other things a child may be slow without hanging: then it uses time."""
        self._excused += 1
        if self._excused > MOST_EXCUSED:
            return False
        with suppress(psutil.Error):
            process = psutil.Process(child.pid)
            before = process.cpu_times()
            for _ in range(6):
                if process.status() == psutil.STATUS_RUNNING:  # at work, or waiting for a processor to be free
                    return True
                self._closed.wait(PROBE_S / 6)
            after = process.cpu_times()
            return bool(after.user + after.system - before.user - before.system >= 0.02)
        return False

    def _spawn(self) -> subprocess.Popen[bytes]:
        child, self._first = self._first or spawn_child(), None
        with self._lock:
            self._child = child
            self._excused = 0
            self.starts += 1
            self._send(replace(self._config, grammar=self._grammar))
            self._send(OwnVoice(self._playing))
            if self._closed.is_set():
                self._send(Shutdown())
        return child


def spawn_child() -> subprocess.Popen[bytes]:
    """A hearing process that waits for its configuration."""
    return subprocess.Popen(
        [sys.executable, "-m", "skill.hearing.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # ALSA and libvosk talk a lot
        bufsize=0,
    )


def _read(child: subprocess.Popen[bytes], messages: queue.SimpleQueue[Message | None]) -> None:
    assert child.stdout is not None
    with suppress(OSError, ValueError):
        for line in child.stdout:
            with suppress(ValueError, TypeError):
                messages.put(decode_message(line))
    messages.put(None)
