"""`krampevakt replay`: a recording as the microphone, so that a night can be looked into afterwards."""

from __future__ import annotations

import wave
from datetime import datetime
from pathlib import Path

import click

from skill.audio.samples import FRAME_S, RATE_HZ, SILENCE
from skill.commands.bedside.common import console, open_home
from skill.commands.bedside.conversation import Conversation
from skill.commands.terminal import shown
from skill.content.in_force import load_contents
from skill.events import Fault
from skill.hearing.capture.microphone import MicrophoneEnded, SourceCondition, WavMicrophone
from skill.hearing.recognise.loading import load_speech_model
from skill.journal.storage.store import Journal
from skill.journal.times import system_zone
from skill.paths import prompts_dir
from skill.service.assembly import make_prompts, model_folder, prepare, versions
from skill.service.clock import VirtualClock
from skill.settings.file import load
from skill.simulation.audio_time import AudioTimeNight, Onlookers, Rooms
from skill.simulation.ears import make_listener
from skill.speaking.loudspeaker.wav import WavLoudspeaker


@click.command()
@click.argument("recording", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
)
@click.option("--journal", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--tail", default=20.0, show_default=True)
def replay(recording: Path, out: Path | None, journal: Path | None, tail: float) -> None:
    """Run RECORDING (a wav or flac file) through hearing, dialogue and voice, in audio time.

    Nothing is written to the real journal.
    """
    microphone = WavMicrophone(recording)
    paths = open_home()
    settings = load(paths.settings_file)
    contents = load_contents(prompts_dir(), settings.language)
    folder = model_folder(settings)
    prompts = make_prompts(paths, settings, contents)
    prepare(prompts, settings)
    zone = system_zone()
    clock = VirtualClock(datetime.now(zone))
    loudspeaker = WavLoudspeaker(out)

    def show(fault: Fault) -> None:
        console.print(f"[bold red]{shown(fault.sentence)}[/bold red]")

    listener = make_listener(settings, load_speech_model(folder), contents.book, show)
    with Journal.open(journal or paths.cache / "replay.db", zone=zone) as opened:
        night = AudioTimeNight(
            Rooms(contents, settings, prompts, opened, versions(contents, folder), zone),
            clock, _WithTail(microphone, tail), listener, loudspeaker,
            Onlookers((Conversation(contents.script, clock.now_s, console),), show),
        )  # fmt: skip
        night.run(lambda: False, limit_s=24 * 3600.0)
        loudspeaker.close()
    if out is not None:
        with wave.open(str(out)) as written:
            console.print(f"{out}: {written.getnframes() / RATE_HZ:.1f} s")


class _WithTail:
    """A recording followed by silence, so that the conversation can come to its end."""

    def __init__(self, inner: WavMicrophone, tail_s: float) -> None:
        self._inner = inner
        self._left = round(tail_s / FRAME_S)

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def lag_s(self) -> float:
        return self._inner.lag_s

    @property
    def condition(self) -> SourceCondition:
        return self._inner.condition

    def read(self, timeout_s: float) -> bytes | None:
        try:
            return self._inner.read(timeout_s)
        except MicrophoneEnded:
            if self._left == 0:
                raise
            self._left -= 1
            return SILENCE

    def close(self) -> None:
        self._inner.close()
