"""A microphone is lost and found, under a clock that moves only when someone waits."""

from __future__ import annotations

import os

from skill.audio.samples import FRAME_S, SILENCE
from skill.errors import AudioError
from skill.events import Fault
from skill.hearing.capture.keeper import LOST_AFTER_S, REOPEN_S, ZEROS_AFTER_S, MicrophoneKeeper
from skill.hearing.capture.microphone import Microphone, PipeMicrophone, ScriptedMicrophone
from tests.hearing.speech import noise


class Socket:
    """Where microphones are plugged in."""

    def __init__(self, microphone: Microphone | None = None) -> None:
        self.microphone = microphone
        self.opened = 0
        self.now_s = 100.0
        self.faults: list[Fault] = []
        self.keeper = MicrophoneKeeper(self._open, self.faults.append, lambda: self.now_s, self.wait)

    def _open(self) -> Microphone:
        self.opened += 1
        if self.microphone is None:
            raise AudioError("Finner ingen mikrofon.")
        return self.microphone

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def read_for(self, seconds: float, step_s: float = FRAME_S) -> list[bytes]:
        frames = []
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            before_s = self.now_s
            frame = self.keeper.read(step_s)
            if frame is not None:
                frames.append(frame)
            if self.now_s == before_s:
                self.now_s += step_s
        return frames


def room() -> ScriptedMicrophone:
    return ScriptedMicrophone(noise(1.0, -60.0), "rommet")


def test_a_microphone_that_is_there_is_just_read() -> None:
    socket = Socket(room())
    assert len(socket.read_for(1.0)) >= 49
    assert (socket.opened, socket.faults, socket.keeper.name) == (1, [], "rommet")


def test_a_missing_one_is_told_of_once_and_tried_for_ever() -> None:
    socket = Socket()
    assert socket.read_for(60.0) == []
    assert [(f.source, f.severity, f.sentence) for f in socket.faults] == [
        ("microphone", "deaf", "Finner ingen mikrofon.")
    ]
    assert 60.0 / REOPEN_S[-1] <= socket.opened <= 60.0 / REOPEN_S[-1] + len(REOPEN_S)
    socket.microphone = room()
    assert socket.read_for(REOPEN_S[-1] + 0.1)


def test_a_stalled_stream_is_opened_again() -> None:
    reading, writing = os.pipe()
    socket = Socket(PipeMicrophone(reading))
    os.write(writing, bytes([1, 0]) * 320)
    assert len(socket.read_for(0.1)) == 1
    socket.microphone = room()
    assert not socket.read_for(LOST_AFTER_S - 0.15)
    assert socket.read_for(0.2)
    assert socket.opened == 2
    assert ["Det kommer ikke lenger lyd" in f.sentence for f in socket.faults] == [True]
    os.close(writing)


def test_a_source_that_ends_is_opened_again() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    socket = Socket(PipeMicrophone(reading))
    socket.read_for(0.02)
    socket.microphone = room()
    assert socket.read_for(REOPEN_S[1] + 0.1)
    assert ["forsvant" in f.sentence for f in socket.faults] == [True]


def test_a_muted_microphone_is_told_of_and_opened_anew_once() -> None:
    socket = Socket(ScriptedMicrophone())
    assert set(socket.read_for(ZEROS_AFTER_S - 1.0)) == {SILENCE}
    assert socket.faults == []
    socket.read_for(10 * ZEROS_AFTER_S)
    assert [f.severity for f in socket.faults] == ["degraded"]
    assert socket.opened == 2


def test_a_loss_after_recovery_is_told_of_again() -> None:
    socket = Socket()
    socket.read_for(5.0)
    for _ in range(2):
        socket.microphone = room()
        socket.read_for(5.0)
        socket.microphone = None
        socket.keeper.close()
        socket.read_for(5.0)
    assert len(socket.faults) == 3
