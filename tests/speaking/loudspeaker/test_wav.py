"""The loudspeaker that writes a file: audio time, true ends, no clicks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skill.audio.wav import read_wav
from skill.errors import AudioError
from skill.speaking.loudspeaker.player import FADE_S, Loudspeaker
from skill.speaking.loudspeaker.wav import WavLoudspeaker
from tests.speaking.tones import tone

FRAME_S = 0.02


class Ends:
    """Remembers the ends it was told of."""

    def __init__(self) -> None:
        self.told: list[tuple[bool, float]] = []

    def __call__(self, completed: bool, at_s: float) -> None:
        self.told.append((completed, at_s))


def is_a_loudspeaker(loudspeaker: Loudspeaker) -> Loudspeaker:
    return loudspeaker


def advance(loudspeaker: WavLoudspeaker, seconds: float) -> np.ndarray:
    return np.concatenate([loudspeaker.advance(FRAME_S) for _ in range(round(seconds / FRAME_S))])


def test_a_sound_begins_with_the_next_sample_and_ends_when_it_ends() -> None:
    loudspeaker, ends = WavLoudspeaker(), Ends()
    advance(is_a_loudspeaker(loudspeaker) and loudspeaker, 1.0)
    loudspeaker.play(tone(440, 0.5), 0.0, ends)
    assert loudspeaker.playing
    heard = advance(loudspeaker, 1.0)
    assert np.abs(heard[:160]).max() > 1000
    assert not heard[8000:].any()
    assert ends.told == [(True, pytest.approx(1.5, abs=0.001))]
    assert not loudspeaker.playing


def test_stop_is_silence_within_the_fade_and_without_a_click() -> None:
    loudspeaker, ends = WavLoudspeaker(), Ends()
    loudspeaker.play(tone(440, 5.0, 0.9), 0.0, ends)
    before = advance(loudspeaker, 0.2)
    loudspeaker.stop()
    after = advance(loudspeaker, 0.2)
    fade = round(FADE_S * loudspeaker.rate_hz)
    assert not after[fade:].any()
    steps = np.abs(np.diff(np.concatenate([before, after]).astype(np.int32)))
    assert steps.max() <= np.abs(np.diff(before.astype(np.int32))).max() * 1.2
    assert ends.told == [(False, pytest.approx(0.2 + FADE_S, abs=0.001))]


def test_a_new_sound_replaces_the_old_one_which_ends_first() -> None:
    loudspeaker, first, second = WavLoudspeaker(), Ends(), Ends()
    loudspeaker.play(tone(440, 5.0), 0.0, first)
    advance(loudspeaker, 0.1)
    loudspeaker.play(tone(880, 0.3), 0.0, second)
    assert first.told == [(False, pytest.approx(0.1))]
    advance(loudspeaker, 1.0)
    assert len(first.told) == 1
    assert second.told == [(True, pytest.approx(0.4 + FADE_S, abs=0.001))]


def test_stop_without_a_sound_and_twice_does_nothing() -> None:
    loudspeaker, ends = WavLoudspeaker(), Ends()
    loudspeaker.stop()
    loudspeaker.play(tone(440, 1.0), 0.0, ends)
    loudspeaker.stop()
    loudspeaker.stop()
    advance(loudspeaker, 0.1)
    assert len(ends.told) == 1


def test_gain_changes_the_level() -> None:
    levels = []
    for gain_db in (0.0, -6.0):
        loudspeaker = WavLoudspeaker()
        loudspeaker.play(tone(440, 0.5), gain_db, Ends())
        levels.append(np.abs(advance(loudspeaker, 0.5)).max())
    assert 20 * np.log10(levels[1] / levels[0]) == pytest.approx(-6.0, abs=0.1)


def test_what_sounds_is_what_the_file_holds_silence_included(tmp_path: Path) -> None:
    loudspeaker = WavLoudspeaker(tmp_path / "night.wav")
    blocks = [advance(loudspeaker, 0.5)]
    loudspeaker.play(tone(440, 0.5), 0.0, Ends())
    blocks.append(advance(loudspeaker, 1.0))
    loudspeaker.close()
    file = read_wav(tmp_path / "night.wav")
    assert file.rate_hz == loudspeaker.rate_hz
    assert np.array_equal(file.samples, np.concatenate(blocks))


def test_closing_ends_what_plays(tmp_path: Path) -> None:
    loudspeaker, ends = WavLoudspeaker(tmp_path / "night.wav"), Ends()
    loudspeaker.play(tone(440, 0.5), 0.0, ends)
    loudspeaker.close()
    assert [completed for completed, _ in ends.told] == [False]


def test_a_file_that_cannot_be_written_is_an_audio_error(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="nowhere"):
        WavLoudspeaker(tmp_path / "nowhere" / "night.wav")
