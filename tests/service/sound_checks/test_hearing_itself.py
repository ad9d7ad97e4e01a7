"""On a virtual sound card whose loudspeaker stands beside its microphone: it hears itself, or knows that it doesn't."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from skill.audio.samples import RATE_HZ
from skill.audio.sound import Sound
from skill.service.sound_checks.hearing_itself import play_and_record
from skill.service.sound_checks.self_test import SelfTestResult, judge
from skill.settings.values import Settings
from tests.hearing.capture.test_device import microphone
from tests.hearing.speech import speech
from tests.speaking.conftest import SoundCard, sound_card

__all__ = ["microphone", "sound_card"]

pytestmark = pytest.mark.virtual_audio
SAID = Sound(speech("jeg prøver lyden før natta"), RATE_HZ)


@pytest.fixture
def room(microphone: SoundCard) -> Iterator[SoundCard]:
    """What the loudspeaker plays is heard by the microphone."""
    loop = microphone.pactl(
        "load-module", "module-loopback", "source=speaker.monitor", "sink=room", "latency_msec=40"
    )
    yield microphone
    microphone.pactl("unload-module", loop.strip())


def own_voice_tried() -> SelfTestResult:
    return judge(datetime.now().astimezone(), SAID, play_and_record(SAID, Settings()))


@pytest.mark.usefixtures("room")
def test_it_hears_itself() -> None:
    result = own_voice_tried()
    assert result.path.came_back, result.sentence
    assert result.lead_s == 0.0


def test_a_muted_loudspeaker_and_a_muted_microphone_are_noticed(room: SoundCard) -> None:
    for what, name in (("sink", "speaker"), ("source", "mic")):
        room.pactl(f"set-{what}-mute", name, "1")
        try:
            assert own_voice_tried().outcome in ("not_heard", "silent")
        finally:
            room.pactl(f"set-{what}-mute", name, "0")
