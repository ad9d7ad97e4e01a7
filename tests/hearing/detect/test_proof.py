"""It hears when real sound comes; a muted source's last bit is none."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.samples import FRAME_S, Samples
from skill.hearing.detect.proof import GATED_UNPROVED_AFTER_S, UNPROVED_AFTER_S, RealSound
from tests.hearing.conftest import frames_of
from tests.hearing.speech import noise, pause


class Night:
    def __init__(self) -> None:
        self.now_s = 0.0
        self.sound = RealSound(0.0)
        self.gone_at_s: list[float] = []

    def hear(self, sound: Samples, times: int = 1) -> None:
        for _ in range(times):
            for frame in frames_of(sound):
                self.now_s += FRAME_S
                if self.sound.feed(frame, self.now_s):
                    self.gone_at_s.append(self.now_s)


def last_bit(seconds: float, offset: int = 0) -> Samples:
    rng = np.random.default_rng(1)
    return (rng.integers(-1, 2, round(seconds * 16_000)) + offset).astype(np.int16)


@pytest.mark.parametrize("muted", [pause(60.0), last_bit(60.0), last_bit(60.0, offset=-12)])
def test_a_muted_source_proves_nothing_and_that_is_known_once(muted: Samples) -> None:
    night = Night()
    night.hear(muted)
    assert night.sound.proof.proved_at_s is None
    assert night.sound.proof.nothing_real_since_s == 0.0
    assert night.gone_at_s == [pytest.approx(UNPROVED_AFTER_S, abs=0.1)]


@pytest.mark.parametrize("level_dbfs", [-86.0, -80.0, -60.0])
def test_the_noise_of_a_quiet_room_is_real(level_dbfs: float) -> None:
    night = Night()
    night.hear(noise(60.0, level_dbfs))
    assert night.sound.proof.nothing_real_since_s is None
    assert night.sound.proof.proved_at_s == pytest.approx(night.now_s, abs=1.0)


def test_muted_in_mid_night_it_lasts_until_real_sound_is_back() -> None:
    night = Night()
    night.hear(noise(20.0, -70.0))
    night.hear(last_bit(40.0))
    assert night.sound.proof.nothing_real_since_s == pytest.approx(20.0, abs=1.1)
    click = last_bit(1.0)
    click[500] = 4000
    night.hear(click)
    assert night.sound.proof.nothing_real_since_s is not None, "a click was taken for proof"
    night.hear(noise(1.0, -70.0))
    assert night.sound.proof.nothing_real_since_s is None


def test_a_device_that_suppresses_noise_is_believed_for_longer() -> None:
    night = Night()
    for _ in range(4):
        night.hear(noise(2.0, -50.0))
        night.hear(pause(5.0))
    night.hear(pause(60.0), times=20)
    assert night.gone_at_s == []
    night.hear(pause(60.0), times=round(GATED_UNPROVED_AFTER_S / 60.0))
    assert len(night.gone_at_s) == 1
