"""A microphone is lost and found, under a clock that moves only when someone waits."""

from __future__ import annotations

import os

import pytest

from skill.audio.samples import FRAME_S, SILENCE
from skill.errors import AudioError
from skill.events import Fault
from skill.hearing.capture.keeper import FIRST_FRAME_S, LOST_AFTER_S, REOPEN_S, MicrophoneKeeper
from skill.hearing.capture.microphone import Microphone, PipeMicrophone, ScriptedMicrophone, SourceCondition
from skill.hearing.detect.proof import UNPROVED_AFTER_S
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


def test_a_machine_that_stood_still_is_no_silence_of_the_microphone() -> None:
    reading, writing = os.pipe()
    socket = Socket(PipeMicrophone(reading))
    os.write(writing, bytes([1, 0]) * 320)
    assert len(socket.read_for(0.1)) == 1
    socket.now_s += 10 * LOST_AFTER_S
    assert socket.keeper.read(FRAME_S) is None
    os.write(writing, bytes([1, 0]) * 320)
    assert len(socket.read_for(0.1)) == 1
    assert (socket.opened, socket.faults) == (1, [])
    os.close(writing)


def test_a_microphone_just_opened_may_need_a_while_to_begin() -> None:
    reading, writing = os.pipe()
    socket = Socket(PipeMicrophone(reading))
    assert socket.read_for(FIRST_FRAME_S - 0.1) == []
    os.write(writing, bytes([1, 0]) * 320)
    assert len(socket.read_for(0.1)) == 1
    assert (socket.opened, socket.faults) == (1, [])
    socket.microphone = None
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
    assert set(socket.read_for(UNPROVED_AFTER_S - 1.0)) == {SILENCE}
    assert socket.faults == []
    socket.read_for(10 * UNPROVED_AFTER_S)
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


class StandIn(ScriptedMicrophone):
    """A device in place of the chosen one, until that one is back."""

    def __init__(self) -> None:
        super().__init__(noise(1.0, -60.0), "innebygd")
        self.back = False

    @property
    def condition(self) -> SourceCondition:
        return SourceCondition("Blue Yeti", self.back, dropped=2)


def test_what_stands_in_for_the_chosen_one_is_used_and_told_of_until_that_one_is_back() -> None:
    stand_in = StandIn()
    socket = Socket(stand_in)
    assert len(socket.read_for(20.0)) >= 990
    assert [f.severity for f in socket.faults] == ["degraded"]
    assert "«Blue Yeti» er borte, så «innebygd» brukes" in socket.faults[0].sentence
    assert socket.keeper.instead_of == "Blue Yeti"
    stand_in.back, socket.microphone = True, room()
    socket.read_for(5.0)
    assert (socket.keeper.name, socket.keeper.instead_of, socket.opened) == ("rommet", "", 2)
    assert socket.keeper.dropped == 2, "blocks lost earlier are forgotten"
    assert len(socket.faults) == 1


class SilentStandIn(StandIn):
    """Nothing comes from it either."""

    def read(self, timeout_s: float = 0.0) -> bytes | None:
        del timeout_s
        return None


def test_that_the_chosen_one_is_missing_is_said_before_any_sound_comes() -> None:
    socket = Socket(SilentStandIn())
    socket.read_for(3 * FIRST_FRAME_S)
    assert ["«Blue Yeti» er borte" in fault.sentence for fault in socket.faults] == [True, False]
    assert [fault.severity for fault in socket.faults] == ["degraded", "deaf"]


def test_hearing_is_proved_by_sound_and_a_fault_lasts_until_there_is_some() -> None:
    socket = Socket(room())
    socket.read_for(2.0)
    assert socket.keeper.proof.proved_at_s == pytest.approx(socket.now_s, abs=0.1)
    socket.microphone = ScriptedMicrophone()
    socket.keeper.close()
    socket.read_for(UNPROVED_AFTER_S + 60.0)
    assert socket.keeper.proof.nothing_real_since_s is not None
    socket.microphone = room()
    socket.keeper.close()
    socket.read_for(2.0)
    assert socket.keeper.proof.nothing_real_since_s is None
