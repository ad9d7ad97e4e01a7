"""The live loudspeaker on a virtual sound card: what is really heard, and what survives."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from skill.audio.portaudio import AudioDevice, list_devices
from skill.errors import AudioError
from skill.events import Fault
from skill.speaking.loudspeaker.device import DeviceLoudspeaker
from skill.speaking.loudspeaker.output_device import choose
from tests.speaking.conftest import RATE_HZ, Recording, SoundCard
from tests.speaking.tones import tone

DEVICES = (
    AudioDevice(0, "HDA Intel PCH: ALC (hw:0,0)", 2, 48_000, False),
    AudioDevice(1, "Jabra Speak 410 USB: Audio (hw:1,0)", 2, 48_000, False),
    AudioDevice(2, "default", 2, 44_100, True),
)


class Ends:
    """The ends of sounds, as they are told, to be waited for."""

    def __init__(self) -> None:
        self.told: list[tuple[bool, float]] = []
        self._changed = threading.Condition()

    def __call__(self, completed: bool, at_s: float) -> None:
        with self._changed:
            self.told.append((completed, at_s))
            self._changed.notify_all()

    def wait(self, count: int = 1) -> list[tuple[bool, float]]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.told) >= count, timeout=20), "no end was told"
        return self.told


class Bedside:
    """A loudspeaker, and what it told of its device."""

    def __init__(self, name: str = "") -> None:
        self.faults: list[Fault] = []
        self.fault_told, self.back_told = threading.Event(), threading.Event()
        self.loudspeaker = DeviceLoudspeaker(name, self._fault, lambda _gone_s: self.back_told.set())

    def _fault(self, fault: Fault) -> None:
        self.faults.append(fault)
        self.fault_told.set()

    def let_sleep(self) -> None:
        """Wait until the device is let go, because nothing has been said for a while."""
        until_s, seen, since_s = time.monotonic() + 20, -1, time.monotonic()
        while time.monotonic() < min(until_s, since_s + 0.5):
            if self.loudspeaker.blocks != seen:
                seen, since_s = self.loudspeaker.blocks, time.monotonic()
            time.sleep(0.01)

    def let_flow(self, blocks: int) -> None:
        """Wait until the device has asked for so many more blocks."""
        wanted, until_s = self.loudspeaker.blocks + blocks, time.monotonic() + 10
        while self.loudspeaker.blocks < wanted and time.monotonic() < until_s:
            time.sleep(0.005)


@pytest.fixture
def bedside(sound_card: SoundCard, request: pytest.FixtureRequest) -> Iterator[Bedside]:
    assert sound_card.server
    bedside = Bedside(getattr(request, "param", ""))
    yield bedside
    bedside.loudspeaker.close()


@pytest.fixture
def loudspeaker(bedside: Bedside) -> DeviceLoudspeaker:
    return bedside.loudspeaker


def longest_loud_s(samples: np.ndarray) -> float:
    loud = np.flatnonzero(np.abs(samples) > 500)
    return float(loud[-1] - loud[0]) / RATE_HZ if len(loud) else 0.0


@pytest.mark.parametrize(
    ("name", "index"),
    [("", 2), ("Jabra", 1), ("jabra speak", 1), ("default", 2), ("HDA Intel PCH: ALC (hw:0,0)", 0)],
)
def test_a_device_is_chosen_by_name(name: str, index: int) -> None:
    assert choose(name, DEVICES).device.index == index


def test_the_default_stands_in_for_one_that_is_missing() -> None:
    chosen = choose("Bose", DEVICES)
    assert (chosen.device.name, chosen.instead_of) == ("default", "Bose")


def test_no_device_at_all_is_said_in_a_sentence() -> None:
    with pytest.raises(AudioError):
        choose("", ())


@pytest.mark.virtual_audio
@pytest.mark.usefixtures("sound_card")
def test_the_virtual_card_is_listed() -> None:
    assert any(device.is_default for device in list_devices("output"))


@pytest.mark.virtual_audio
def test_a_sound_is_heard_whole_and_its_end_is_told(
    loudspeaker: DeviceLoudspeaker, recording: Recording
) -> None:
    ends = Ends()
    loudspeaker.play(tone(440, 1.0, 0.5), 0.0, ends)
    assert ends.wait()[0][0]
    assert not loudspeaker.playing
    assert longest_loud_s(recording.stop()) == pytest.approx(1.0, abs=0.03)


@pytest.mark.virtual_audio
def test_stop_cuts_it_and_tells_so(bedside: Bedside, recording: Recording) -> None:
    ends = Ends()
    bedside.loudspeaker.play(tone(440, 30.0, 0.5), 0.0, ends)
    bedside.let_flow(20)
    bedside.loudspeaker.stop()
    assert [completed for completed, _ in ends.wait()] == [False]
    assert 0 < longest_loud_s(recording.stop()) < 10.0


@pytest.mark.virtual_audio
def test_a_second_sound_replaces_the_first(loudspeaker: DeviceLoudspeaker) -> None:
    first, second = Ends(), Ends()
    loudspeaker.play(tone(440, 30.0), 0.0, first)
    loudspeaker.play(tone(880, 0.2), 0.0, second)
    assert [completed for completed, _ in first.wait()] == [False]
    assert [completed for completed, _ in second.wait()] == [True]


@pytest.mark.virtual_audio
def test_a_sound_cut_off_by_a_pulled_plug_is_said_again(
    sound_card: SoundCard, bedside: Bedside, recording: Recording
) -> None:
    ends = Ends()
    bedside.loudspeaker.play(tone(440, 2.0, 0.5), 0.0, ends)
    bedside.let_flow(50)
    sound_card.end_streams()
    assert [completed for completed, _ in ends.wait()] == [True]
    assert longest_loud_s(recording.stop()) > 2.2


@pytest.mark.virtual_audio
def test_a_device_that_takes_nothing_is_told_once_and_taken_up_again(
    sound_card: SoundCard, bedside: Bedside
) -> None:
    ends = Ends()
    bedside.loudspeaker.play(tone(440, 3.0, 0.5), 0.0, ends)
    bedside.let_flow(5)
    sound_card.suspend(True)
    try:
        assert bedside.fault_told.wait(20)
    finally:
        sound_card.suspend(False)
    assert bedside.back_told.wait(20)
    assert [completed for completed, _ in ends.wait()] == [True]
    assert [(fault.source, fault.severity) for fault in bedside.faults] == [("loudspeaker", "mute")]


@pytest.mark.virtual_audio
def test_a_sound_system_that_hangs_is_used_again_as_soon_as_it_answers(
    sound_card: SoundCard, bedside: Bedside
) -> None:
    first, second = Ends(), Ends()
    bedside.loudspeaker.play(tone(440, 30.0, 0.5), 0.0, first)
    bedside.let_flow(5)
    with sound_card.hanging():
        assert bedside.fault_told.wait(30)
        assert bedside.loudspeaker.hangs
    assert bedside.back_told.wait(30)
    assert not bedside.loudspeaker.hangs
    bedside.loudspeaker.play(tone(440, 0.2), 0.0, second)
    assert [completed for completed, _ in second.wait()] == [True]


@pytest.mark.virtual_audio
def test_a_sound_server_that_is_restarted_at_night_is_spoken_through_again(
    sound_card: SoundCard, bedside: Bedside
) -> None:
    first, second = Ends(), Ends()
    bedside.loudspeaker.play(tone(440, 0.2), 0.0, first)
    assert [completed for completed, _ in first.wait()] == [True]
    sound_card.stop()
    assert bedside.fault_told.wait(40)
    sound_card.start()
    assert bedside.back_told.wait(40)
    recording = Recording(sound_card)
    bedside.loudspeaker.play(tone(440, 1.0, 0.5), 0.0, second)
    assert [completed for completed, _ in second.wait()] == [True]
    assert longest_loud_s(recording.stop()) > 0.8


@pytest.mark.virtual_audio
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_sound_server_that_ends_while_the_loudspeaker_sleeps_is_spoken_through_again(
    how: signal.Signals, sound_card: SoundCard, bedside: Bedside
) -> None:
    """PortAudio doesn't come back from starting a stream again whose server has gone meanwhile."""
    ends = Ends()
    bedside.let_flow(5)
    bedside.let_sleep()
    sound_card.stop(how)
    sound_card.start()
    recording = Recording(sound_card)
    bedside.loudspeaker.play(tone(440, 1.0, 0.5), 0.0, ends)
    assert [completed for completed, _ in ends.wait()] == [True]
    assert longest_loud_s(recording.stop()) > 0.8
    assert not bedside.loudspeaker.hangs


@pytest.mark.virtual_audio
@pytest.mark.usefixtures("sound_card")
def test_a_start_that_the_driver_does_not_come_back_from_holds_up_nothing() -> None:
    command = [sys.executable, "-m", "tests.speaking.loudspeaker.start_that_hangs"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    hangs, *others = ran.stdout.splitlines()
    assert hangs.startswith("Lydsystemet henger"), ran.stderr
    assert others == ["stuck", "another plays"]
    assert ran.returncode == 0


@pytest.mark.virtual_audio
def test_a_sound_system_that_hangs_while_the_loudspeaker_sleeps_is_told_and_then_used(
    sound_card: SoundCard, bedside: Bedside
) -> None:
    ends = Ends()
    bedside.let_flow(5)
    bedside.let_sleep()
    with sound_card.hanging():
        bedside.loudspeaker.play(tone(440, 0.2), 0.0, ends)
        assert bedside.fault_told.wait(30)
        assert bedside.loudspeaker.hangs
    assert bedside.back_told.wait(30)
    assert [completed for completed, _ in ends.wait()] == [True]


@pytest.mark.virtual_audio
@pytest.mark.parametrize("bedside", ["no such loudspeaker"], indirect=True)
def test_another_device_speaks_in_place_of_one_that_is_not_there_and_that_is_told(bedside: Bedside) -> None:
    ends = Ends()
    bedside.loudspeaker.play(tone(440, 0.2), 0.0, ends)
    assert [completed for completed, _ in ends.wait()] == [True]
    assert [(f.severity, "«no such loudspeaker» er borte" in f.sentence) for f in bedside.faults] == [
        ("degraded", True)
    ]


@pytest.mark.virtual_audio
def test_a_listener_that_fails_does_not_silence_what_follows(loudspeaker: DeviceLoudspeaker) -> None:
    def fail(completed: bool, at_s: float) -> None:
        raise RuntimeError(f"{completed} {at_s}")

    ends = Ends()
    loudspeaker.play(tone(440, 0.1), 0.0, fail)
    loudspeaker.play(tone(440, 0.1), 0.0, ends)
    assert [completed for completed, _ in ends.wait()] == [True]


@pytest.mark.virtual_audio
def test_closing_ends_what_plays(loudspeaker: DeviceLoudspeaker) -> None:
    ends = Ends()
    loudspeaker.play(tone(440, 30.0), 0.0, ends)
    loudspeaker.close()
    assert [completed for completed, _ in ends.wait()] == [False]


def test_a_sound_system_that_does_not_come_back_from_a_call_hangs_and_that_shows() -> None:
    """Whatever the call is: here it is the telling of a missing device."""
    stuck, goes_on = threading.Event(), threading.Event()
    ahead_s = [0.0]

    def told(_fault: Fault) -> None:
        stuck.set()
        goes_on.wait(60)

    loudspeaker = DeviceLoudspeaker("no such loudspeaker", told, clock=lambda: time.monotonic() + ahead_s[0])
    assert stuck.wait(30)
    assert not loudspeaker.hangs
    ahead_s[0] = 100.0
    assert loudspeaker.hangs
    goes_on.set()
    loudspeaker.close()
