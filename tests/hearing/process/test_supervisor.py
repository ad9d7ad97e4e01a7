"""The hearing process, really started, really killed, with sound files and pipes as microphones."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import numpy as np
import psutil
import pytest
import soundfile

from skill.events import Fault, Heard, Intent, Pulse
from skill.hearing.capture.microphone import MicrophoneEnded, PacedMicrophone, WavMicrophone
from skill.hearing.process.protocol import HearingConfig, MicrophoneChoice, encode
from skill.hearing.process.recording import RecordedSound
from skill.hearing.process.supervisor import HearingMessage, HearingProcess
from skill.paths import prompts_dir
from tests.hearing.speech import mixed, noise, pause, speech

PATIENCE_S = 60.0  # a limit on how long a broken test may take, nothing that is measured
Kind = TypeVar("Kind")
STOPP = mixed(np.concatenate([pause(0.6), speech("stopp"), pause(1.4)]), noise(3.0, -60.0))


class Night:
    """A supervised hearing process and what it has said."""

    def __init__(self, config: HearingConfig) -> None:
        self.messages: queue.SimpleQueue[HearingMessage] = queue.SimpleQueue()
        self.process = HearingProcess(config, self.messages.put)

    def next(self, kind: type[Kind]) -> Kind:
        """The next message of this kind; others are passed over."""
        until_s = time.monotonic() + PATIENCE_S
        while True:
            message = self.messages.get(timeout=max(0.01, until_s - time.monotonic()))
            if isinstance(message, kind):
                return message

    def child(self) -> int:
        pid = self.process.child_pid
        assert pid is not None
        return pid


@contextmanager
def night(config: HearingConfig) -> Iterator[Night]:
    running = Night(config)
    running.process.start()
    try:
        yield running
    finally:
        running.process.close()


@contextmanager
def spoken_into(pipe: Path, recording: Path) -> Iterator[None]:
    """The recording again and again, at its own pace: what is said twice within a breath is heard once."""
    done = threading.Event()

    def speak() -> None:
        while not done.is_set():
            sound = PacedMicrophone(WavMicrophone(recording), endless=False)
            with suppress(BrokenPipeError, MicrophoneEnded), pipe.open("wb", buffering=0) as speaking:
                while not done.is_set():
                    speaking.write(sound.read(PATIENCE_S) or b"")
            sound.close()

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(PATIENCE_S)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "stopp.wav"
    soundfile.write(path, np.concatenate([STOPP, np.tile(noise(2.0, -60.0), 20)]), 16_000)
    return path


@pytest.fixture
def config(model_folder: Path, recording: Path) -> HearingConfig:
    microphone = MicrophoneChoice("file", str(recording))
    return HearingConfig((str(model_folder),), str(prompts_dir()), "nb", microphone)


def test_what_is_said_at_the_microphone_arrives_in_the_service(config: HearingConfig) -> None:
    with night(config) as hearing:
        heard = hearing.next(Heard)
        assert (heard.intent, heard.grammar) == (Intent("stop"), "idle")
        pulse = hearing.next(Pulse)
        assert pulse.device == "stopp.wav" and pulse.frames > 0 and pulse.decoded_s > 0


def test_what_the_microphone_gives_can_be_recorded_for_the_service(config: HearingConfig) -> None:
    with night(config) as hearing:
        hearing.next(Pulse)
        hearing.process.record(0.5)
        recorded = hearing.next(RecordedSound)
        assert len(recorded.samples) == 8000 and recorded.samples.any()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP], ids=lambda s: s.name)
def test_a_child_that_dies_or_hangs_is_replaced(config: HearingConfig, blow: signal.Signals) -> None:
    with night(config) as hearing:
        hearing.process.listen("hold")
        hearing.next(Heard)
        first = hearing.child()
        os.kill(first, blow)
        fault = hearing.next(Fault)
        assert (fault.source, fault.severity) == ("recogniser", "degraded")
        heard = hearing.next(Heard)  # the recording begins anew with the new child
        assert heard.grammar == "hold"  # and it was told what to listen for
        assert hearing.child() != first and not psutil.pid_exists(first)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_spare_child_waits_and_takes_the_place_of_one_that_dies(config: HearingConfig) -> None:
    with night(config) as hearing:
        for blow in (None, signal.SIGKILL, signal.SIGSTOP):  # what happened to the spare before it was needed
            while (spare := hearing.process.spare_pid) is None:
                hearing.next(Pulse)
            if blow is not None:
                os.kill(spare, blow)
            first = hearing.child()
            os.kill(first, signal.SIGKILL)
            hearing.next(Fault)
            hearing.next(Heard)
            assert (hearing.child() == spare) == (blow is None)
            assert not psutil.pid_exists(first) and (blow is None or not psutil.pid_exists(spare))
        while (spare := hearing.process.spare_pid) is None:
            hearing.next(Pulse)
    assert not psutil.pid_exists(spare)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_children_that_die_leave_no_descriptor_open(config: HearingConfig) -> None:
    with night(config) as hearing:
        open_files = []
        for _ in range(3):
            hearing.next(Pulse)
            while hearing.process.spare_pid is None:  # its pipes count too
                hearing.next(Pulse)
            open_files.append(len(list(Path("/proc/self/fd").iterdir())))
            os.kill(hearing.child(), signal.SIGKILL)
            hearing.next(Fault)
        assert len(set(open_files)) == 1


def test_no_child_outlives_the_service(config: HearingConfig) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "skill.hearing.process.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(encode(config))
    child.stdin.flush()
    assert child.stdout.readline()
    child.stdin.close()
    assert child.wait(PATIENCE_S) == 0


def test_a_broken_model_is_told_of_and_the_next_one_is_used(config: HearingConfig, tmp_path: Path) -> None:
    both = HearingConfig((str(tmp_path / "none"), *config.models), config.prompts, "nb", config.microphone)
    with night(both) as hearing:
        fault = hearing.next(Fault)
        assert fault.severity == "degraded" and "Finner ikke talemodellen" in fault.sentence
        assert hearing.next(Heard).phrase == "stopp"


def test_without_any_model_it_says_so_and_keeps_trying(config: HearingConfig, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    with night(HearingConfig((str(folder),), config.prompts, "nb", config.microphone)) as hearing:
        while (fault := hearing.next(Fault)).severity != "deaf":
            pass
        assert str(folder) in fault.sentence
        folder.symlink_to(config.models[0])
        assert hearing.next(Heard).phrase == "stopp"


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes")
def test_a_microphone_that_goes_and_comes_back_is_used_again(
    config: HearingConfig, recording: Path, tmp_path: Path
) -> None:
    pipe = tmp_path / "microphone"
    choice = MicrophoneChoice("pipe", str(pipe))
    with night(HearingConfig(config.models, config.prompts, "nb", choice)) as hearing:
        fault = hearing.next(Fault)  # it isn't there yet
        assert (fault.source, fault.severity) == ("microphone", "deaf")
        os.mkfifo(pipe)
        for _ in range(2):
            with spoken_into(pipe, recording):
                assert hearing.next(Heard).phrase == "stopp"
            assert hearing.next(Fault).source == "microphone"
