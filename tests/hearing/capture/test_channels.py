"""Of several channels the one is listened to in which a voice can be heard."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.samples import RATE_HZ, Floats
from skill.hearing.capture.channels import ChannelChooser
from tests.hearing.speech import mixed, noise, pause, speech

SPEECH = np.concatenate([pause(2.0), speech("krampe i leggen"), pause(1.0)])
VOICE = mixed(SPEECH, noise(3.0, -60.0)) / np.float32(32768)


def hum(level: float = 0.1) -> Floats:
    t = np.arange(len(VOICE)) / RATE_HZ
    return sum(level / k * np.sin(2 * np.pi * 100 * k * t) for k in range(1, 12)).astype(np.float32)


def hiss() -> Floats:
    return noise(len(VOICE) / RATE_HZ, -40.0, seed=5)[: len(VOICE)] / np.float32(32768)


def heard(channels: list[Floats], block_s: float = 0.04) -> Floats:
    sound = np.stack(channels, axis=1).astype(np.float32)
    chooser = ChannelChooser(RATE_HZ, len(channels))
    size = round(block_s * RATE_HZ)
    return np.concatenate([chooser.feed(sound[i : i + size]) for i in range(0, len(sound), size)])


def likeness(sound: Floats) -> float:
    begins = round(2.3 * RATE_HZ)  # the first word may be lost while a channel is found
    return abs(float(np.corrcoef(sound[begins:], VOICE[begins:])[0, 1]))


@pytest.mark.parametrize("block_s", [0.04, 1.0])
@pytest.mark.parametrize("voice_at", [0, 1])
@pytest.mark.parametrize(
    "other",
    [np.zeros_like(VOICE), -VOICE, hum(), hiss(), VOICE * 0.05 + hiss() * 0.1],
    ids=["dead", "antiphase", "hum", "hiss", "far"],
)
def test_the_channel_with_the_voice_is_taken(other: Floats, voice_at: int, block_s: float) -> None:
    channels = [other, other]
    channels[voice_at] = VOICE
    assert likeness(heard(channels, block_s)) > 0.95


def test_a_channel_that_begins_to_hum_is_left() -> None:
    chooser = ChannelChooser(RATE_HZ, 2)
    chooser.feed(np.stack([VOICE, VOICE], axis=1).astype(np.float32))
    for _ in range(3):
        chooser.feed(np.stack([VOICE + hum(0.3), VOICE], axis=1).astype(np.float32))
    assert chooser.chosen == 1


def test_alike_channels_are_not_changed_between() -> None:
    chooser = ChannelChooser(RATE_HZ, 2)
    for _ in range(3):
        chooser.feed(np.stack([VOICE, 0.7 * VOICE], axis=1).astype(np.float32))
        assert chooser.chosen == 0
