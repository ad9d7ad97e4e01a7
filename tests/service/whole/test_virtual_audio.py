"""One conversation through a virtual microphone and loudspeaker: the live service, devices and all."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from skill.audio.wav import WavWriter
from skill.settings.rules import flat
from skill.settings.values import Settings
from skill.web.forms.settings_form import fields_of, shown_value
from tests.hearing.capture.test_device import microphone
from tests.needs import needs_model
from tests.service.bedside_process import RunningService, clip
from tests.service.browsing import Reader
from tests.speaking.conftest import RATE_HZ, Recording, SoundCard, sound_card

__all__ = ["microphone", "sound_card"]

pytestmark = [needs_model, pytest.mark.virtual_audio]


def say(card: SoundCard, folder: Path, voice: str, words: str) -> None:
    path = folder / "said.wav"
    with WavWriter(path, 16_000) as file:
        file.write(clip(voice, words))
    subprocess.run(
        ["paplay", "--device=room", str(path)],
        env=os.environ | {"PULSE_SERVER": card.server},
        check=True,
        timeout=30,
    )


@pytest.fixture
def service(microphone: SoundCard, tmp_path: Path) -> Iterator[RunningService]:  # noqa: ARG001
    running = RunningService(tmp_path / "home")
    yield running
    if running.process.poll() is None:
        running.kill()


def keys_said(service: RunningService) -> list[str]:
    return [key for event in service.events() if event.kind == "said" for key in event.text("keys").split()]


def test_from_a_cry_to_silence_and_a_written_down_night(
    microphone: SoundCard, service: RunningService, tmp_path: Path
) -> None:
    service.wait_for(lambda: service.status().get("listening") == "hearing")
    time.sleep(8)  # the voice is rendered once, and the gate learns what this room sounds like
    heard = Recording(microphone)
    say(microphone, tmp_path, "kari", "krampe i leggen")
    service.wait_for(lambda: "calf.B3" in keys_said(service))
    service.wait_for(lambda: "step_started" in service.kinds())
    time.sleep(11)  # until the order has been said, and the stretch is held
    say(microphone, tmp_path, "einar", "det gikk over")
    service.wait_for(lambda: "after.G1" in keys_said(service) or "ask.t1_chest" in keys_said(service))
    say(microphone, tmp_path, "solveig", "stopp")
    service.wait_for(lambda: "heard" in service.kinds() and service.kinds().count("heard") >= 3)
    sound = heard.stop()
    loud = np.abs(sound.astype(np.int32)) > 200
    assert loud.sum() > 1.0 * RATE_HZ, "the loudspeaker gave less than a second of speech"
    assert service.stop() == 0


def test_what_the_page_says_was_played_was_heard_in_the_room(
    microphone: SoundCard, service: RunningService
) -> None:
    service.wait_for(lambda: service.status().get("listening") == "hearing")
    chosen = flat(Settings())
    form = {field.name: shown_value(chosen[field.key]) for field in fields_of("voice")}
    reader, heard = Reader(service), Recording(microphone)
    page = reader.send("/settings/voice", **form, action="listen")
    sound = heard.stop()
    assert "Apparatet sa: «" in page
    assert (np.abs(sound.astype(np.int32)) > 200).sum() > 0.5 * RATE_HZ
