from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from models.measuring.disturbance import Disturbance, disturbed, room_response
from models.measuring.recordings import Clip, read_clip, read_manifest, speech_end_s
from skill.audio.samples import RATE_HZ
from skill.errors import AudioError, ModelError
from tests.model.whistles import sound, write_wav


def test_a_manifest_gives_clips_with_group_and_plain_text(tmp_path: Path) -> None:
    file = tmp_path / "manifest.tsv"
    file.write_text("file\ttranscript\tkind\tspeaker\nhome/ja.wav\tJa  Takk\thuman\tliv\ntalk.wav\t\t\t\n")
    first, second = read_manifest(file)
    assert first == Clip(tmp_path / "home/ja.wav", "ja takk", "home", "liv", "human")
    assert (second.transcript, second.group) == ("", tmp_path.name)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "lists no recordings"),
        ("path\ttext\na.wav\tja\n", "line 1: a manifest needs"),
        ("file\ttranscript\na.wav\n", "line 2: needs a file and a transcript"),
        ("file\ttranscript\n\tja\n", "line 2: needs a file"),
    ],
)
def test_a_wrong_manifest_is_named_with_its_line(text: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "manifest.tsv"
    file.write_text(text)
    with pytest.raises(ModelError, match=sentence):
        read_manifest(file)


def test_a_manifest_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.tsv"):
        read_manifest(tmp_path / "nowhere.tsv")


def test_halves_follow_the_hash_of_the_file_name() -> None:
    for name in ("no_Avis_1.flac", "no_Bil_2.flac", "x.wav"):
        last_byte = hashlib.sha256(name.encode()).digest()[-1]
        assert Clip(Path("any/where") / name, "", "g").half == ("A" if last_byte % 2 == 0 else "B")


def test_a_clip_keeps_its_samples(tmp_path: Path) -> None:
    samples = sound("k ɑ m")
    assert np.array_equal(read_clip(write_wav(tmp_path / "a.wav", samples)), samples.astype(np.float32))


@pytest.mark.parametrize(
    ("samples", "rate_hz", "channels", "sentence"),
    [
        (np.ones(100), 8000, 1, "8000 samples a second; convert it to 16000"),
        (np.ones(100), 16000, 2, "2 channels"),
        (np.ones(0), 16000, 1, "is empty"),
    ],
)
def test_a_recording_of_the_wrong_kind_is_refused(
    samples: np.ndarray, rate_hz: int, channels: int, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(AudioError, match=sentence):
        read_clip(write_wav(tmp_path / "a.wav", samples, rate_hz, channels))


def test_what_is_no_sound_file_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("hello")
    with pytest.raises(AudioError, match="no sound file"):
        read_clip(tmp_path / "a.wav")
    with pytest.raises(AudioError, match="no sound file"):
        read_clip(tmp_path / "missing.wav")


def test_speech_ends_with_its_last_loud_frame() -> None:
    assert speech_end_s(sound("k ɑ").astype(np.float32)) == pytest.approx(0.5 + 0.3, abs=0.021)


def test_the_same_clip_is_disturbed_the_same_way_each_time_and_others_differently() -> None:
    clean = sound("k ɑ m").astype(np.float32)
    worse = Disturbance(snr_db=10, rt60_s=(0.3, 0.6), seed=1)
    once = disturbed(clean, worse, "a.wav")
    assert np.array_equal(once, disturbed(clean, worse, "a.wav"))
    assert not np.array_equal(once, disturbed(clean, worse, "b.wav"))


@pytest.mark.parametrize("noise", ["white", "pink"])
@pytest.mark.parametrize("snr_db", [0.0, 10.0])
def test_noise_lies_as_far_below_the_speech_as_asked(noise: str, snr_db: float) -> None:
    clean = sound("k ɑ m", level=2000).astype(np.float32)
    noisy = disturbed(clean, Disturbance(snr_db=snr_db, noise=noise), "a", lead_s=0.5)  # type: ignore[arg-type]
    assert len(noisy) == len(clean) + RATE_HZ // 2
    added = noisy - np.pad(clean, (RATE_HZ // 2, 0))
    measured = 10 * np.log10((clean**2).mean() / (added**2).mean())
    assert measured == pytest.approx(snr_db, abs=0.5)


@pytest.mark.parametrize("rt60_s", [0.3, 0.6])
def test_a_room_dies_away_in_its_time(rt60_s: float) -> None:
    response = room_response(rt60_s, np.random.default_rng(5))
    energy = np.cumsum(response[::-1] ** 2)[::-1]  # Schroeder's backward integral
    level_db = 10 * np.log10(energy / energy[0])
    fall_20_db = (np.argmax(level_db < -25) - np.argmax(level_db < -5)) / RATE_HZ
    assert 3 * fall_20_db == pytest.approx(rt60_s, rel=0.15)
    assert response[0] == pytest.approx(1.0)


@pytest.mark.parametrize("rt60_s", [0.3, 0.6])
def test_what_is_late_in_a_room_goes_on_as_loud_as_what_is_early(rt60_s: float) -> None:
    responses = [room_response(rt60_s, np.random.default_rng(seed)) for seed in range(20)]

    def energy(start_s: float, end_s: float) -> float:
        return sum(float((r[int(start_s * RATE_HZ) : int(end_s * RATE_HZ)] ** 2).sum()) for r in responses)

    step_db = 10 * np.log10(energy(0.05, 0.07) / energy(0.03, 0.05))
    assert step_db == pytest.approx(-60 * 0.02 / rt60_s, abs=1.5)


def test_a_disturbance_says_what_it_is() -> None:
    assert str(Disturbance()) == "clean"
    assert str(Disturbance(10, "pink", (0.3, 0.6), -12)) == (
        "-12 dB level, room RT60 0.3–0.6 s, pink noise 10 dB below"
    )
