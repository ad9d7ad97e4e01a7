"""The sound server dies, comes again, is muted: with PulseAudio and with PipeWire, somebody who cries is answered."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skill.audio.samples import RATE_HZ
from skill.audio.wav import WavWriter
from tests.bench.running.virtual_room import VirtualRoom, virtual_room
from tests.needs import needs_model, needs_pipewire, needs_pulseaudio
from tests.service.bedside_process import RunningService, clip
from tests.speaking.conftest import SoundCard
from tests.speaking.pipewire import PipeWireCard

pytestmark = [needs_model, needs_pulseaudio, pytest.mark.virtual_audio]
PATIENCE_S = 120.0  # of a busy machine; how fast it is back is a benchmark


@pytest.fixture(
    params=[SoundCard, pytest.param(PipeWireCard, marks=needs_pipewire)], ids=["PulseAudio", "PipeWire"]
)
def room(request: pytest.FixtureRequest) -> Iterator[VirtualRoom]:
    make: Callable[[Path], SoundCard] = request.param
    with virtual_room(make) as made:
        yield made


class Bedside:
    """The service, and somebody who cries beside it until it answers."""

    def __init__(self, folder: Path, room: VirtualRoom) -> None:
        self.room = room
        self.service = RunningService(folder / "home")
        self._cry = folder / "cry.wav"
        with WavWriter(self._cry, 16_000) as file:
            file.write(clip("kari", "krampe i leggen"))

    def count(self, kind: str) -> int:
        return self.service.kinds().count(kind)

    def hears(self) -> None:
        self.service.wait_for(lambda: self.service.status().get("listening") == "hearing", PATIENCE_S)

    def cries(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Until it is heard and answered from the loudspeaker; until then `meanwhile` is done again and again."""
        heard, since = self.count("heard"), self.room.recorded()
        player = self.room.play(self._cry)

        def is_heard() -> bool:
            nonlocal player
            if player.poll() is not None and self.count("heard") == heard:
                player = self.room.play(self._cry)
            return self.count("heard") > heard

        self.service.wait_for(is_heard, PATIENCE_S)

        def sounds() -> bool:
            meanwhile()
            return self.room.sounded_since(since)

        self.service.wait_for(sounds, PATIENCE_S)

    def faults(self) -> list[tuple[str, str]]:
        """Source and severity, in the order told."""
        return [
            (row.text("source"), row.text("severity")) for row in self.service.events() if row.kind == "fault"
        ]


@pytest.fixture
def bedside(room: VirtualRoom, tmp_path: Path) -> Iterator[Bedside]:
    made = Bedside(tmp_path, room)
    yield made
    made.service.kill()


def test_a_server_that_is_killed_in_the_middle_of_a_cramp_and_comes_again(bedside: Bedside) -> None:
    bedside.hears()
    bedside.cries()
    bedside.room.server_dies()
    bedside.service.wait_for(lambda: bedside.count("deaf_from") > 0, PATIENCE_S)
    bedside.room.server_comes_again()
    bedside.service.wait_for(lambda: bedside.count("hearing_again") > 0, PATIENCE_S)
    bedside.cries()
    assert ("microphone", "deaf") in bedside.faults()
    assert bedside.count("service_started") == 1


def test_a_loudspeaker_that_is_muted_from_the_start_is_told_of_until_it_sounds(bedside: Bedside) -> None:
    bedside.room.card.pactl("set-sink-mute", "speaker", "1")
    bedside.service.wait_for(lambda: ("loudspeaker", "mute") in bedside.faults(), PATIENCE_S)
    bedside.room.card.pactl("set-sink-mute", "speaker", "0")
    bedside.service.wait_for(lambda: bedside.count("fault_over") > 0, PATIENCE_S)
    bedside.cries()


def _moves_the_stream(room: VirtualRoom) -> None:
    """In the sound settings, while it speaks, as a person does who looks for the sound."""
    _to_sink(room, "speaker", "hole")


def _to_sink(room: VirtualRoom, before: str, after: str) -> None:
    """Every stream of a program that goes to the one."""
    sinks = [line.split("\t") for line in room.card.pactl("list", "short", "sinks").splitlines()]
    number = next(number for number, name, *_ in sinks if name == before)
    for line in room.card.pactl("list", "short", "sink-inputs").splitlines():
        stream, sink, client, *_ = line.split("\t")
        if sink == number and client != "-":  # the server's own loops have no client
            with contextlib.suppress(subprocess.CalledProcessError):  # it has just ended
                room.card.pactl("move-sink-input", stream, after)


def _chooses_another_output(room: VirtualRoom) -> None:
    room.card.pactl("set-default-sink", "hole")


def _takes_the_sink_away(room: VirtualRoom) -> None:
    room.card.pactl("unload-module", room.card.modules["speaker"])


@pytest.mark.parametrize("what", [_moves_the_stream, _chooses_another_output, _takes_the_sink_away])
def test_a_sink_that_somebody_moves_or_takes_away_at_night(
    what: Callable[[VirtualRoom], None], bedside: Bedside
) -> None:
    """In the middle of a sentence: it is soon heard here again by itself, or that it goes elsewhere is told."""
    bedside.hears()
    bedside.cries()
    what(bedside.room)
    if what is _takes_the_sink_away:
        bedside.room.speaker_comes_back()
    else:
        since = bedside.room.recorded() + RATE_HZ  # what was on its way still
        bedside.service.wait_for(
            lambda: ("loudspeaker", "degraded") in bedside.faults() or bedside.room.sounded_since(since),
            PATIENCE_S,
        )
    bedside.room.card.pactl("set-default-sink", "speaker")
    # PipeWire remembers where a program's streams were moved: they are moved back as soon as there is one
    bedside.cries(lambda: _to_sink(bedside.room, "hole", "speaker"))
    assert bedside.count("service_started") == 1
