"""Wav files: what was written comes back; what is none is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skill.audio.sound import silence
from skill.audio.wav import WavWriter, read_wav, wav_bytes
from skill.errors import AudioError
from tests.speaking.tones import tone


def test_a_wav_file_comes_back_as_it_was(tmp_path: Path) -> None:
    sound = tone(440, 0.3)
    (tmp_path / "a.wav").write_bytes(wav_bytes(sound))
    back = read_wav(tmp_path / "a.wav")
    assert back.rate_hz == sound.rate_hz
    assert np.array_equal(back.samples, sound.samples)


CUT_OFF = wav_bytes(silence(1.0, 8000))[:20]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a sound at all", CUT_OFF])
def test_a_broken_wav_file_is_an_audio_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(AudioError, match=r"a\.wav"):
        read_wav(tmp_path / "a.wav")


def test_a_file_of_two_channels_is_written_piece_by_piece(tmp_path: Path) -> None:
    left, right = tone(440, 0.3), tone(880, 0.3)
    with WavWriter(tmp_path / "a.wav", left.rate_hz, channels=2) as writer:
        for part in np.array_split(np.stack([left.samples, right.samples], axis=1), 7):
            writer.write(part)
    assert np.array_equal(read_wav(tmp_path / "a.wav").samples, left.samples)
