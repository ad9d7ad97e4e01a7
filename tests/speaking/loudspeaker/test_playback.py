"""The callback's part of a live loudspeaker, block by block."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.audio.samples import Samples
from skill.speaking.loudspeaker.playback import Mixer, Playback
from skill.speaking.loudspeaker.player import FADE_S
from tests.speaking.tones import tone

RATE_HZ = 48_000
BLOCK = 480


def playback(duration_s: float = 1.0, frequency_hz: float = 440) -> Playback:
    made = Playback(tone(frequency_hz, duration_s, 0.5, RATE_HZ), 0.0, lambda _completed, _at_s: None)
    made.start_at(RATE_HZ)
    return made


def blocks(mixer: Mixer, count: int, size: int = BLOCK, channels: int = 1) -> Samples:
    """`count` blocks; the first sample is heard at second 0."""
    filled = []
    for number in range(count):
        block = np.full((size, channels), 99, np.int16)
        mixer.fill(block, RATE_HZ, number * size / RATE_HZ)
        filled.append(block)
    return np.concatenate(filled)


def test_without_a_sound_blocks_are_silent() -> None:
    assert not blocks(Mixer(), 3).any()


@given(st.integers(1, 3000), st.integers(1, 2))
def test_all_samples_come_out_in_any_block_size_and_on_every_channel(size: int, channels: int) -> None:
    mixer, sound = Mixer(), tone(440, 0.05, 0.5, RATE_HZ)
    mixer.wanted = playback(0.05)
    out = blocks(mixer, -(-2400 // size) + 1, size, channels)
    for channel in range(channels):
        assert np.array_equal(out[:2400, channel], sound.samples)
        assert not out[2400:, channel].any()


def test_the_end_is_the_moment_when_the_last_sample_is_heard() -> None:
    mixer = Mixer()
    mixer.wanted = playback(0.105)
    blocks(mixer, 20)
    ended = mixer.ended.get_nowait()
    assert ended is mixer.wanted
    assert ended is not None
    assert ended.ended_at_s == pytest.approx(0.105)
    assert not ended.cut_short


def test_stop_fades_and_ends() -> None:
    mixer = Mixer()
    mixer.wanted = stopped = playback()
    blocks(mixer, 10)
    mixer.wanted = None
    out = blocks(mixer, 10)
    fade = round(FADE_S * RATE_HZ)
    assert np.abs(out[:100]).max() > 10_000
    assert not out[fade:].any()
    assert stopped.cut_short
    assert mixer.ended.get_nowait() is stopped


def test_a_new_sound_begins_after_the_fade_of_the_old() -> None:
    mixer = Mixer()
    mixer.wanted = playback()
    blocks(mixer, 10)
    mixer.wanted = second = playback(0.1, 880)
    out = blocks(mixer, 20)
    fade = round(FADE_S * RATE_HZ)
    assert np.array_equal(out[fade : fade + 4800, 0], tone(880, 0.1, 0.5, RATE_HZ).samples)
    first = mixer.ended.get_nowait()
    assert first is not None
    assert first.cut_short
    assert mixer.ended.get_nowait() is second


def test_after_the_loss_of_the_device_the_wanted_sound_starts_again() -> None:
    mixer = Mixer()
    mixer.wanted = playback(0.1)
    blocks(mixer, 5)
    mixer.drop()
    mixer.wanted.start_at(RATE_HZ)
    assert np.array_equal(blocks(mixer, 11)[:4800, 0], tone(440, 0.1, 0.5, RATE_HZ).samples)


def test_a_sleeping_device_is_woken_by_what_nobody_hears_and_then_gets_the_whole_sound() -> None:
    sound = tone(440, 0.05, 0.5, RATE_HZ)
    mixer, mixer_sound = Mixer(), Playback(sound, 0.0, lambda _completed, _at_s: None, lead_s=0.5)
    mixer_sound.start_at(RATE_HZ)
    mixer.wanted = mixer_sound
    out = blocks(mixer, 60)[:, 0]
    lead = RATE_HZ // 2
    assert set(np.abs(out[:lead]).tolist()) == {1}, "exact zeros wake nothing, more is heard"
    assert np.array_equal(out[lead : lead + len(sound.samples)], sound.samples)
