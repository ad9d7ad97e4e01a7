"""Hearing in a process of its own, watched: libvosk and drivers may end that process, not the night."""

from __future__ import annotations

import logging
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from skill.events import Fault, Heard, Pulse, SpeechBegan, Unclear
from skill.hearing.echo.own_sound import Played
from skill.hearing.process.hanging import PATIENCE_S, Doubt
from skill.hearing.process.protocol import (
    Command,
    HearingConfig,
    ListenTo,
    ListenTurn,
    Log,
    OwnVoice,
    Ready,
    Shutdown,
    WireMessage,
    decode_message,
    encode,
)
from skill.hearing.process.recording import RecordedSound, RecordSound
from skill.hearing.process.standby import Spare
from skill.messages.message import Message

HearingMessage = Heard | Unclear | SpeechBegan | Pulse | Fault | RecordedSound
_log = logging.getLogger(__name__)

HANG_S = 1.0  # the child gives a sign of life at least twice a second; then it is looked at
LOOK_S = 0.05
LOOKS = 6  # in a row that speak for its hanging
MOST_PATIENCE = 8  # times that long after it hung several times: the machine may just be slow now
START_S = 120.0  # a slow and busy machine may need this long to load a large model
BACK_OFF_S = (0.0, 0.0, 0.5, 1.0, 2.0, 2.5)  # with the start itself still within five seconds
HUNG = Message("hearing.process_hung")
LISTENS_S = 0.6  # a child silent for longer may not be reading: more sound would fill its pipe, and block us
STEADY_S = 30.0  # having lived this long, it is forgiven its past


class HearingProcess:
    """Supervises the hearing child. Methods may be called from any thread; none of them blocks.

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
        self._spare = Spare(first)
        self._deliver = deliver
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._grammar = config.grammar
        self._playing = False
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._supervise, name="hearing", daemon=True)
        self._said_s = float("-inf")  # when the child last said anything
        self.starts = 0
        self.ready: Ready | None = None

    @property
    def child_pid(self) -> int | None:
        child = self._child
        return child.pid if child else None

    @property
    def spare_pid(self) -> int | None:
        """Of the child that waits to take its place."""
        return self._spare.pid

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

    def record(self, seconds: float) -> None:
        """A `RecordedSound` of this length follows, unless the child ends meanwhile."""
        with self._lock:
            self._send(RecordSound(seconds))

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
            try:
                reason = self._one_life(min(2**hangs, MOST_PATIENCE))
            except (
                Exception
            ) as error:  # no memory for a process or a thread, or anything: hearing is begun again
                _log.error("hearing could not be started: %s", error)
                reason = Message("hearing.process_not_started")
                if self._child is not None:
                    self._child.kill()
            if self._closed.is_set():
                break
            steady = time.monotonic() - began_s > STEADY_S
            failures = 1 if steady else failures + 1
            hangs = (0 if steady else hangs) + (reason == HUNG)
            if reason:
                sentence = Message("hearing.process_started_again", reason=reason)
                self._deliver(Fault("recogniser", "degraded", sentence, time.monotonic(), "restarted"))
            self._closed.wait(BACK_OFF_S[min(failures, len(BACK_OFF_S)) - 1])
        self._spare.close()

    def _one_life(self, patience: int) -> str:
        """Start a child and follow it to its end, with so many times the usual patience.

        Gives why it ended; "" when that is known already.
        """
        child = self._spawn()
        messages: queue.SimpleQueue[WireMessage | None] = queue.SimpleQueue()
        reader = threading.Thread(target=_read, args=(child, messages), name="hearing-pipe", daemon=True)
        reader.start()
        limit_s, patience_s = HANG_S * patience, START_S
        reason: str = Message("hearing.process_stopped")
        while True:
            try:
                message = _next(messages, child.pid, limit_s, patience_s)
            except TimeoutError:
                reason = HUNG
                break
            self._said_s = time.monotonic()
            if message is None:
                break
            limit_s = HANG_S * patience
            match message:
                case Ready():
                    self.ready = message
                    patience_s = PATIENCE_S * patience
                case Log(text):
                    _log.error("hearing: %s", text)
                case ListenTurn(_, busy_s):
                    limit_s = max(HANG_S, busy_s) * patience
                case Fault(severity="deaf", source="recogniser"):
                    reason = ""
                    self._deliver(message)
                case _:
                    self._deliver(message)
                    if isinstance(message, Pulse):
                        self._spare.keep()
        return "" if self._ended_well(child, reader) else reason

    def _ended_well(self, child: subprocess.Popen[bytes], reader: threading.Thread) -> bool:
        """See to it that the child is gone and its pipes are closed; had it ended by itself, to be renewed?"""
        child.kill()
        renewed = child.wait() == 0
        reader.join(1.0)
        with self._lock:
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()
        return renewed

    def _spawn(self) -> subprocess.Popen[bytes]:
        child = self._spare.take()
        with self._lock:
            self._child = child
            self.starts += 1
            self._send(replace(self._config, grammar=self._grammar))
            self._send(OwnVoice(self._playing))
            if self._closed.is_set():
                self._send(Shutdown())
        return child


def _next(
    messages: queue.SimpleQueue[WireMessage | None], pid: int, limit_s: float, patience_s: float
) -> WireMessage | None:
    """What process `pid` says next, None for its end. TimeoutError when it hangs.

    What has come is taken first, always: where the whole machine stood still, the child has had no time either.
    """
    began_s = time.monotonic()
    with suppress(queue.Empty):
        return messages.get(timeout=limit_s)
    doubt, looks = Doubt(pid, patience_s), 0
    while looks < LOOKS:
        with suppress(queue.Empty):
            return messages.get(timeout=LOOK_S)
        looks = looks + 1 if doubt.hangs(time.monotonic() - began_s) else 0
    raise TimeoutError


def _read(child: subprocess.Popen[bytes], messages: queue.SimpleQueue[WireMessage | None]) -> None:
    assert child.stdout is not None
    with suppress(OSError, ValueError):
        for line in child.stdout:
            with suppress(ValueError, TypeError):
                messages.put(decode_message(line))
    messages.put(None)
