"""Every microphone in turn, on virtual cards."""

from __future__ import annotations

import pytest

from skill.audio.input_level import input_levels
from skill.hearing.capture.input_levels import listen_to_each
from tests.hearing.capture.test_device import microphone
from tests.speaking.conftest import SoundCard, sound_card

__all__ = ["microphone", "sound_card"]
pytestmark = pytest.mark.virtual_audio


def test_every_microphone_is_listened_to_and_a_silent_one_has_a_level_too(microphone: SoundCard) -> None:
    assert microphone.server
    levels = list(listen_to_each(0.3))
    assert levels
    assert len({each.name for each in levels}) == len(levels)
    assert any(each.level_dbfs is not None for each in levels)


def test_a_process_of_its_own_hears_the_same_microphones(microphone: SoundCard) -> None:
    assert microphone.server
    assert {each.name for each in input_levels(60)} == {each.name for each in listen_to_each(0.1)}


def test_within_no_time_nothing_was_heard(microphone: SoundCard) -> None:
    assert microphone.server
    assert input_levels(0.01) == ()
