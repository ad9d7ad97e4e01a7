"""Slower is longer and not deeper."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.sound import join, silence
from skill.speaking.pack.stretch import stretched
from tests.speaking.tones import strongest_hz, tone


@pytest.mark.parametrize("factor", [0.6, 0.86, 1.2, 1.5])
def test_the_length_changes_and_the_pitch_stays(factor: float) -> None:
    sound = stretched(tone(440, 2.0, rate_hz=24_000), factor)
    assert sound.duration_s == pytest.approx(2.0 * factor, abs=0.06)
    assert strongest_hz(sound) == pytest.approx(440, abs=8)


@pytest.mark.parametrize("factor", [0.6, 0.86, 1.2, 1.5])
def test_nothing_of_the_end_is_lost(factor: float) -> None:
    sound = join([silence(1.0, 24_000), tone(440, 0.25, rate_hz=24_000)])
    slower = stretched(sound, factor)
    heard = np.flatnonzero(np.abs(slower.samples) > 1000)
    assert (heard[-1] - heard[0]) / 24_000 == pytest.approx(0.25 * factor, abs=0.05)


def test_as_it_was_where_nothing_is_to_be_changed() -> None:
    sound = tone(440, 1.0)
    assert stretched(sound, 1.0) is sound
    short = silence(0.01, 24_000)
    assert stretched(short, 1.5) is short
