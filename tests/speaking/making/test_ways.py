"""A sentence said within talk is cut out where the talk before it ends."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.sound import join, silence, to_float
from skill.speaking.making.ways import NoCut, after_carrier
from tests.speaking.tones import tone

RATE_HZ = 24_000


def test_what_comes_after_the_quiet_is_kept() -> None:
    talk, sentence = tone(300, 0.9, rate_hz=RATE_HZ), tone(500, 0.7, rate_hz=RATE_HZ)
    cut = after_carrier(to_float(join([talk, sentence], 0.2)), RATE_HZ)
    assert len(cut) / RATE_HZ == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("quiet_at_s", [0.2, 2.5])
def test_a_quiet_that_comes_too_early_or_too_late_is_no_end_of_the_talk(quiet_at_s: float) -> None:
    sound = join([tone(300, quiet_at_s, rate_hz=RATE_HZ), tone(300, 3.0, rate_hz=RATE_HZ)], 0.2)
    with pytest.raises(NoCut):
        after_carrier(to_float(sound), RATE_HZ)


def test_silence_alone_has_nothing_to_cut() -> None:
    with pytest.raises(NoCut):
        after_carrier(to_float(silence(1.0, RATE_HZ)) + np.zeros(RATE_HZ), RATE_HZ)
