"""A quiet room keeps the gate shut; a voice opens it, whatever the room has been doing before."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.samples import Samples
from skill.hearing.detect.gate import FrameVerdict, Gate
from tests.hearing.conftest import frames_of
from tests.hearing.speech import mixed, noise, pause, speech


def fed(gate: Gate, sound: Samples) -> list[FrameVerdict]:
    return [gate.feed(frame) for frame in frames_of(sound)]


def voiced_share(sounds: list[FrameVerdict]) -> float:
    return sum(sound.voiced for sound in sounds) / len(sounds)


@pytest.mark.parametrize("level_dbfs", [-90.0, -70.0, -50.0, -35.0])
def test_steady_noise_of_any_level_keeps_it_shut(level_dbfs: float) -> None:
    assert not any(sound.voiced for sound in fed(Gate(), noise(20.0, level_dbfs)))


@pytest.mark.parametrize("level_dbfs", [-90.0, -70.0, -50.0])
def test_a_voice_opens_it(level_dbfs: float) -> None:
    gate = Gate()
    fed(gate, noise(6.0, level_dbfs))
    assert voiced_share(fed(gate, mixed(speech("krampe i leggen"), noise(3.0, level_dbfs)))) > 0.5


def test_it_gets_used_to_a_fan_within_seconds() -> None:
    gate = Gate()
    fed(gate, noise(6.0, -70.0))
    fed(gate, noise(6.0, -45.0, seed=1))
    assert not any(sound.voiced for sound in fed(gate, noise(6.0, -45.0, seed=2)))


def test_digital_silence_then_a_voice() -> None:
    gate = Gate()
    assert not any(sound.voiced for sound in fed(gate, pause(5.0)))
    assert voiced_share(fed(gate, speech("stopp"))) > 0.2


def test_rumble_below_the_speech_band_is_no_sound() -> None:
    gate = Gate()
    fed(gate, noise(6.0, -70.0))
    rumble = 3000 * np.sin(2 * np.pi * 50 * np.arange(16_000 * 3) / 16_000)
    assert not any(sound.voiced for sound in fed(gate, mixed(rumble.astype(np.int16), noise(3.0, -70.0))))


def test_clipping_is_noticed() -> None:
    loud = np.clip(speech("krampe i leggen").astype(np.int32) * 40, -32768, 32767).astype(np.int16)
    gate = Gate()
    assert not any(sound.clipped for sound in fed(gate, speech("krampe i leggen")))
    assert sum(sound.clipped for sound in fed(gate, loud)) > 10


def test_our_own_voice_keeps_it_shut_and_a_louder_one_opens_it() -> None:
    gate = Gate()
    fed(gate, noise(3.0, -65.0))
    echo = (speech("strekk ut beinet og trekk tærne mot deg og hold", rate_wpm=120) * 0.1).astype(np.int16)
    gate.own_voice(True)
    assert voiced_share(fed(gate, mixed(np.tile(echo, 3), noise(3.0, -65.0)))) < 0.02
    assert voiced_share(fed(gate, speech("stopp"))) > 0.2


def test_the_noise_of_the_room_is_not_taken_for_speech_when_a_muted_microphone_is_switched_on() -> None:
    gate = Gate()
    fed(gate, noise(6.0, -52.0))
    fed(gate, pause(40.0))
    assert not any(sound.voiced for sound in fed(gate, noise(3.0, -52.0, seed=1)))
    assert voiced_share(fed(gate, mixed(speech("krampe i leggen"), noise(3.0, -52.0)))) > 0.5


def test_a_microphone_that_gives_zeros_between_words_hears_every_word() -> None:
    gate = Gate()
    for words in ("krampe i leggen", "stopp", "det hjelper ikke"):
        fed(gate, pause(6.0))
        assert voiced_share(fed(gate, mixed(speech(words), noise(3.0, -50.0)))) > 0.3
