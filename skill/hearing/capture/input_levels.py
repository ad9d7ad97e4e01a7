"""Listens to every microphone in turn, for a person who has to choose one."""

from __future__ import annotations

import math
from collections.abc import Iterator

from skill.audio.input_level import LISTEN_S, InputLevel
from skill.audio.samples import FRAME_S, level_dbfs
from skill.errors import AudioError
from skill.hearing.capture.device import DeviceMicrophone, input_devices


def listen_to_each(listen_s: float = LISTEN_S) -> Iterator[InputLevel]:
    """Each as soon as it was heard, the system's choice first. Raises AudioError where PortAudio is missing."""
    for name in dict.fromkeys(device.name for device in input_devices(renew=True)):
        yield InputLevel(name, loudest_dbfs(name, listen_s))


def loudest_dbfs(name: str, listen_s: float) -> float | None:
    """Level of the loudest frame; None where it couldn't be opened, is another device, or sends nothing."""
    try:
        microphone = DeviceMicrophone(name)
    except AudioError:
        return None
    loudest: float | None = None
    try:
        for _ in range(math.ceil(listen_s / FRAME_S)):
            frame = microphone.read(1.0)
            if frame is None:
                break
            loudest = level_dbfs(frame) if loudest is None else max(loudest, level_dbfs(frame))
    finally:
        microphone.close()
    return loudest
