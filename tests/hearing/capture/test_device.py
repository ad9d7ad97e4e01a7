"""The live microphone on a virtual sound card, and how one is chosen by name."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from skill.audio.portaudio import AudioDevice, described
from skill.errors import AudioError
from skill.events import Fault, Heard, Pulse
from skill.hearing.capture.device import find_microphone
from skill.hearing.process.protocol import HearingConfig, MicrophoneChoice
from skill.paths import prompts_dir
from tests.hearing.process.test_supervisor import night
from tests.hearing.speech import mixed, noise, pause, speech
from tests.speaking.conftest import SoundCard, sound_card

__all__ = ["sound_card"]

CARDS = [
    {"name": "HDA Intel PCH: ALC3246 (hw:0,0)", "max_input_channels": 2, "default_samplerate": 44100.0},
    {"name": "HDMI 0", "max_input_channels": 0, "default_samplerate": 44100.0},
    {"name": "Jabra SPEAK 410 USB: Audio (hw:2,0)", "max_input_channels": 1, "default_samplerate": 16000.0},
]


def microphones(cards: list[dict[str, object]], default: int = 0) -> tuple[AudioDevice, ...]:
    """Of a computer of which PortAudio says this."""
    return described(cards, (default, 1), "input")


@pytest.mark.parametrize(
    ("name", "number"), [("", 0), ("HDA Intel PCH: ALC3246 (hw:0,0)", 0), ("jabra", 2), ("speak 410", 2)]
)
def test_a_microphone_is_chosen_by_its_name_or_a_part_of_it(name: str, number: int) -> None:
    assert find_microphone(name, microphones(CARDS)).device.index == number


def test_the_number_behind_a_name_may_change() -> None:
    assert find_microphone("jabra", microphones(CARDS[1:], default=1)).device.index == 1


def test_the_default_stands_in_for_a_missing_one() -> None:
    chosen = find_microphone("Blue Yeti", microphones(CARDS))
    assert (chosen.device.index, chosen.instead_of) == (0, "Blue Yeti")


def test_no_microphone_at_all() -> None:
    with pytest.raises(AudioError, match="Finner ingen mikrofon"):
        find_microphone("", microphones(CARDS[1:2]))


@pytest.fixture
def microphone(sound_card: SoundCard) -> Iterator[SoundCard]:
    """The source "mic", which is the default: what is played into the sink "room"."""
    loaded = [
        sound_card.pactl("load-module", "module-null-sink", "sink_name=room", "rate=48000", "channels=1"),
        sound_card.pactl(
            "load-module", "module-loopback", "source=room.monitor", "sink=hole", "latency_msec=20"
        ),
        sound_card.pactl("load-module", "module-remap-source", "source_name=mic", "master=room.monitor"),
    ]
    sound_card.pactl("set-default-source", "mic")
    yield sound_card
    for module in reversed(loaded):
        sound_card.pactl("unload-module", module.strip())


def play(card: SoundCard, path: Path) -> None:
    environment = os.environ | {"PULSE_SERVER": card.server}
    subprocess.run(["paplay", "--device=room", str(path)], env=environment, check=True, timeout=30)


@pytest.fixture
def stopp(tmp_path: Path) -> Path:
    path = tmp_path / "stopp.wav"
    sound = mixed(np.concatenate([pause(0.8), speech("stopp"), pause(1.5)]), noise(3.0, -60.0))
    soundfile.write(path, sound, 16_000)
    return path


@pytest.mark.virtual_audio
def test_a_live_microphone_is_heard_and_comes_back_after_a_stall(
    model_folder: Path, microphone: SoundCard, stopp: Path
) -> None:
    config = HearingConfig((str(model_folder),), str(prompts_dir()), "nb", MicrophoneChoice("device", ""))
    with night(config) as hearing:
        assert hearing.next(Pulse).device
        play(microphone, stopp)
        assert hearing.next(Heard).phrase == "stopp"
        microphone.pactl("suspend-source", "mic", "1")
        fault = hearing.next(Fault)
        assert (fault.source, fault.severity) == ("microphone", "deaf")
        microphone.pactl("suspend-source", "mic", "0")
        while hearing.next(Pulse).at_s < fault.at_s:
            pass


@pytest.mark.virtual_audio
def test_a_microphone_that_is_not_there_is_said(model_folder: Path, microphone: SoundCard) -> None:
    del microphone
    config = HearingConfig(
        (str(model_folder),), str(prompts_dir()), "nb", MicrophoneChoice("device", "Blue Yeti")
    )
    with night(config) as hearing:
        assert "«Blue Yeti»" in hearing.next(Fault).sentence
