"""Any sound file becomes the same frames; what isn't one is refused in a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from skill.audio.samples import FRAME_BYTES, SILENCE
from skill.errors import AudioError
from skill.hearing.capture.microphone import (
    MicrophoneEnded,
    PacedMicrophone,
    PipeMicrophone,
    ScriptedMicrophone,
    WavMicrophone,
)

SECONDS = 1.5


def tone(rate_hz: int, seconds: float = SECONDS) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(rate_hz * seconds)) / rate_hz)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_any_rate_and_channel_count_gives_16_khz_mono(tmp_path: Path, rate_hz: int, channels: int) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.tile(tone(rate_hz)[:, None], (1, channels)), rate_hz)
    frames = list(WavMicrophone(path))
    assert all(len(frame) == FRAME_BYTES for frame in frames)
    sound = np.frombuffer(b"".join(frames), np.int16) / 32768
    expected = tone(16_000)
    assert 0 <= len(sound) - len(expected) <= 1600  # up to a tenth of a second of silence at the end
    middle = slice(1600, 16_000)
    assert np.max(np.abs(sound[middle] - expected[middle])) < 0.01


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT"])
def test_any_sample_format(tmp_path: Path, subtype: str) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(16_000), 16_000, subtype=subtype)
    sound = np.frombuffer(b"".join(WavMicrophone(path)), np.int16) / 32768
    assert np.sqrt(np.mean(sound**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


def test_the_last_frame_is_filled_up_and_then_the_recording_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, np.full(330, 0.5), 16_000)
    microphone = WavMicrophone(path)
    frames = [microphone.read(), microphone.read()]
    assert frames[1] is not None and frames[1].endswith(bytes(FRAME_BYTES - 20))
    with pytest.raises(MicrophoneEnded):
        microphone.read()


def test_bad_files_are_refused_with_a_sentence(tmp_path: Path) -> None:
    empty, no_samples, text = tmp_path / "empty.wav", tmp_path / "no_samples.wav", tmp_path / "text.wav"
    empty.touch()
    soundfile.write(no_samples, np.zeros(0), 16_000)
    text.write_text("Dette er ikke lyd.")
    none = tmp_path / "none.wav"
    for path, word in [(empty, "tom"), (no_samples, "lengde 0"), (text, "WAV"), (none, "Finner ikke")]:
        with pytest.raises(AudioError, match=word):
            WavMicrophone(path)


def test_a_scripted_room_is_silent_until_someone_speaks() -> None:
    room = ScriptedMicrophone()
    assert room.read() == SILENCE
    room.say(np.full(330, 1000, np.int16))
    assert room.speaking
    assert room.read() == np.full(320, 1000, np.int16).tobytes()
    assert room.read() == np.r_[np.full(10, 1000), np.zeros(310)].astype(np.int16).tobytes()
    assert not room.speaking


def test_a_pipe_gives_whole_frames_however_they_arrive() -> None:
    reading, writing = os.pipe()
    microphone = PipeMicrophone(reading)
    os.write(writing, bytes(100))
    assert microphone.read(0.0) is None
    os.write(writing, b"\1" * 600)
    frame = microphone.read(0.0)
    assert frame is not None and frame[:100] == bytes(100) and len(frame) == FRAME_BYTES
    os.close(writing)
    with pytest.raises(MicrophoneEnded):
        microphone.read(0.0)
    microphone.close()


def test_a_paced_recording_says_how_much_of_it_waits() -> None:
    fast = PacedMicrophone(ScriptedMicrophone(), speed=1e6)
    assert fast.read(0.0) == SILENCE and fast.lag_s > 0.0
    slow = PacedMicrophone(ScriptedMicrophone(), speed=1e-6)
    assert slow.lag_s > 0.0  # its first frame
    assert slow.read(0.0) == SILENCE and slow.lag_s == 0.0 and slow.read(0.0) is None


def test_sound_that_waits_in_a_pipe_is_told_of() -> None:
    reading, writing = os.pipe()
    microphone = PipeMicrophone(reading)
    assert microphone.lag_s == 0.0
    os.write(writing, SILENCE)
    assert microphone.lag_s > 0.0
    assert microphone.read(1.0) == SILENCE and microphone.lag_s == 0.0
    os.close(writing)
    microphone.close()
