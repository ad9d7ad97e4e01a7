"""Recordings that can't be learned from are refused with a reason; those of any sample format are heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from skill.audio.samples import RATE_HZ
from skill.enrol.readings import Readings
from skill.enrol.takes import EnrolmentRefused, read_takes
from skill.errors import AudioError
from tests.enrol.conftest import in_a_bedroom, read_by
from tests.hearing.speech import noise, pause, rendered
from tests.messages.in_english import raises_in_english


@pytest.fixture
def person(tmp_path: Path) -> Path:
    return read_by("nb+f4", tmp_path / "person")


def test_each_recording_is_what_its_name_says_cut_close(person: Path, readings: Readings) -> None:
    takes = read_takes(person, readings)
    assert sorted({take.text for take in takes}) == ["jeg har krampe", "krampe i leggen"]
    assert all(0.8 * RATE_HZ < len(take.sound) < 3 * RATE_HZ for take in takes)


@pytest.mark.parametrize(
    ("subtype", "scale"), [("PCM_U8", 1.0), ("PCM_24", 1.0), ("FLOAT", 1.0), ("FLOAT", 32768.0)]
)
def test_a_recording_of_any_sample_format_is_heard(
    person: Path, readings: Readings, subtype: str, scale: float
) -> None:
    loud = in_a_bedroom(rendered("krampe i leggen", "nb+f4")) / 32768 * scale
    soundfile.write(person / "krampe_i_leggen_9.wav", loud, RATE_HZ, subtype=subtype)
    takes = {take.name: take.sound for take in read_takes(person, readings)}
    level = np.abs(takes["krampe_i_leggen_9.wav"].astype(float)).max()
    assert 0.3 < level / np.abs(takes["krampe_i_leggen_1.wav"].astype(float)).max() < 3


@pytest.mark.parametrize(
    ("sound", "said"),
    [
        (pause(2.0), "completely silent"),
        (noise(2.0, -40.0), "No voice can be heard"),
        (noise(2.0, -75.0), "No voice can be heard"),
        (pause(0.05), "completely silent"),
        (np.resize(np.array([32767] * 40 + [-32768] * 40, np.int16), 32_000), "distorted"),
    ],
    ids=["silence", "noise", "a quiet room", "hardly anything", "overdriven"],
)
def test_what_is_no_voice_is_refused(person: Path, readings: Readings, sound: np.ndarray, said: str) -> None:
    soundfile.write(person / "krampe_i_leggen_8.wav", sound, RATE_HZ)
    with raises_in_english(EnrolmentRefused, said):
        read_takes(person, readings)


def test_a_name_that_says_no_phrase_is_refused(person: Path, readings: Readings) -> None:
    (person / "krampe_i_leggen_1.wav").rename(person / "opptak_1.wav")
    with raises_in_english(EnrolmentRefused, "“opptak_1.wav” does not say which phrase"):
        read_takes(person, readings)


def test_a_file_that_is_no_sound_is_named(person: Path, readings: Readings) -> None:
    (person / "krampe_i_leggen_7.wav").write_text("not a sound")
    with raises_in_english(AudioError, "krampe_i_leggen_7.wav"):
        read_takes(person, readings)


def test_too_few_are_refused(tmp_path: Path, readings: Readings) -> None:
    folder = read_by("nb+f4", tmp_path / "few", ("krampe i leggen",))
    with raises_in_english(EnrolmentRefused, "only 2 usable recordings .* at least 4"):
        read_takes(folder, readings)


def test_an_empty_folder_is_refused(tmp_path: Path, readings: Readings) -> None:
    with raises_in_english(EnrolmentRefused, "only 0 usable"):
        read_takes(tmp_path, readings)


def test_a_woman_and_a_man_are_two_people(person: Path, readings: Readings) -> None:
    read_by("nb+m7", person)
    with raises_in_english(EnrolmentRefused, "two people"):
        read_takes(person, readings)
