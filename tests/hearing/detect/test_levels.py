"""A soft microphone is heard as a near one; noise of the last bit never becomes sound."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.samples import Samples, level_dbfs
from skill.hearing.detect.gate import Gate
from skill.hearing.detect.levels import Levels, LevelTuning
from tests.hearing.conftest import frames_of
from tests.hearing.detect.test_proof import last_bit
from tests.hearing.speech import mixed, noise, pause, speech

CRY = speech("krampe i leggen")  # peaks near -6 dBFS


def voiced_share(levels: Levels, gate: Gate, sound: Samples) -> float:
    found = [gate.feed(levels.feed(frame)).voiced for frame in frames_of(sound)]
    return sum(found) / len(found)


def softer(sound: Samples, db: float) -> Samples:
    return np.rint(sound * 10 ** (-db / 20)).astype(np.int16)


@pytest.mark.parametrize("softer_db", [0.0, 20.0, 34.0, 40.0])
def test_a_voice_over_its_room_is_heard_however_soft_the_microphone(softer_db: float) -> None:
    levels, gate = Levels(), Gate()
    room = noise(8.0, -58.0 - softer_db)
    assert voiced_share(levels, gate, room) == 0.0
    assert voiced_share(levels, gate, mixed(softer(CRY, softer_db), room)) > 0.3
    assert voiced_share(levels, gate, room) < 0.02


@pytest.mark.parametrize("seconds", [30.0])
def test_the_last_bit_of_a_muted_microphone_is_never_taken_for_speech(seconds: float) -> None:
    levels, gate = Levels(), Gate()
    assert voiced_share(levels, gate, last_bit(seconds)) == 0.0
    flicker = last_bit(seconds)
    flicker[np.random.default_rng(2).random(len(flicker)) < 0.9] = 0
    assert voiced_share(levels, gate, flicker) == 0.0


@pytest.mark.parametrize("room_dbfs", [-90.0, -80.0, -72.0, -62.0])
def test_the_room_is_never_lifted_above_what_opens_the_gate(room_dbfs: float) -> None:
    levels = Levels()
    after = [level_dbfs(levels.feed(frame)) for frame in frames_of(noise(20.0, room_dbfs))]
    assert np.mean(after) < max(room_dbfs, LevelTuning().room_dbfs) + 0.7


def test_a_louder_room_is_left_as_it_is() -> None:
    levels = Levels()
    for frame in frames_of(mixed(CRY, noise(10.0, -60.0))):
        assert levels.feed(frame) == frame


def test_digital_silence_says_nothing_of_a_room() -> None:
    levels = Levels()
    for frame in frames_of(np.concatenate([pause(10.0), CRY])):
        assert levels.feed(frame) == frame


def test_a_loud_cry_in_a_quiet_room_is_not_clipped() -> None:
    levels = Levels()
    list(map(levels.feed, frames_of(noise(20.0, -90.0))))
    assert levels.gain_db > 15.0
    heard = np.frombuffer(b"".join(map(levels.feed, frames_of(CRY))), np.int16)
    assert np.count_nonzero(np.abs(heard.astype(np.int32)) >= 32_700) < 0.005 * len(heard)


def test_the_gain_stands_still_while_our_own_voice_sounds() -> None:
    levels = Levels()
    list(map(levels.feed, frames_of(noise(3.0, -60.0))))
    levels.own_voice(True)
    list(map(levels.feed, frames_of(noise(20.0, -85.0))))
    assert levels.gain_db == 0.0
    levels.own_voice(False)
    list(map(levels.feed, frames_of(noise(20.0, -85.0))))
    assert levels.gain_db > 10.0
