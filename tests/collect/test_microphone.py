"""Takes from a live microphone, on a virtual sound card."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.samples import RATE_HZ
from skill.collect.microphone import LiveTakeRecorder
from skill.errors import AudioError
from tests.hearing.capture.test_device import microphone
from tests.speaking.conftest import SoundCard, sound_card

__all__ = ["microphone", "sound_card"]
pytestmark = pytest.mark.virtual_audio


def test_a_take_has_its_length_at_16_khz_and_begins_when_it_is_said_to(microphone: SoundCard) -> None:
    assert microphone.server
    begun: list[bool] = []
    take = LiveTakeRecorder().record(0.5, lambda: begun.append(True))
    assert begun == [True]
    assert take.dtype == np.int16
    assert 0.5 * RATE_HZ <= len(take) < 0.6 * RATE_HZ


def test_no_other_microphone_stands_in_for_the_one_that_was_asked_for(microphone: SoundCard) -> None:
    assert microphone.server
    with pytest.raises(AudioError, match=r"«Blue Yeti».*ingenting er tatt opp"):
        LiveTakeRecorder("Blue Yeti").record(0.5, lambda: pytest.fail("it did not begin"))
