"""The self-test in this process, for commands, while no service runs."""

from __future__ import annotations

import time
from datetime import datetime

import numpy as np

from skill.audio.samples import Samples
from skill.audio.sound import Sound
from skill.content.in_force import Contents
from skill.errors import KrampevaktError
from skill.hearing.capture.device import DeviceMicrophone
from skill.paths import UserPaths
from skill.service.assembly import make_voice
from skill.service.sound_checks.self_test import AFTER_S, SELF_TEST_KEY, judge, save_result
from skill.settings.values import Settings
from skill.speaking.cache import finished
from skill.speaking.loudspeaker.device import DeviceLoudspeaker

_OPENING_S = 4.0


def hears_itself(paths: UserPaths, settings: Settings, contents: Contents) -> str:
    """Speak, and listen for it; gives what was measured. Raises KrampevaktError where it did not come back well."""
    text = contents.script.text(SELF_TEST_KEY)
    sound = finished(make_voice(settings).render(text, settings.language, settings.voice.rate_wpm))
    result = judge(datetime.now().astimezone(), sound, play_and_record(sound, settings))
    save_result(paths.self_test_file, result)
    if result.outcome != "well":
        raise KrampevaktError(result.sentence)
    return result.sentence


def play_and_record(sound: Sound, settings: Settings) -> Samples:
    """What the microphone gave, 16 kHz mono; shorter where it gives too little. Raises AudioError without one."""
    microphone = DeviceMicrophone(settings.audio.microphone, renew=True)
    loudspeaker = DeviceLoudspeaker(settings.audio.loudspeaker)
    try:
        microphone.read(_OPENING_S)  # some devices give their first sound a second after they were opened
        loudspeaker.play(sound, settings.voice.day_volume_db, lambda _completed, _at_s: None)
        frames: list[bytes] = []
        until_s = time.monotonic() + sound.duration_s + AFTER_S
        while time.monotonic() < until_s:
            frame = microphone.read(0.2)
            if frame is not None:
                frames.append(frame)
        return np.frombuffer(b"".join(frames), np.int16)
    finally:
        loudspeaker.close()
        microphone.close()
