"""`krampevakt say`: hear the voice, or write what it would sound like to a file."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import click

from skill.audio.wav import wav_bytes
from skill.commands.bedside.common import console, open_home
from skill.errors import VoiceError
from skill.messages.message import Message
from skill.service.assembly import make_voice
from skill.settings.file import load
from skill.speaking.cache import finished
from skill.speaking.loudspeaker.device import DeviceLoudspeaker
from skill.speaking.pack.pack_voice import SPEAKERS


@click.command()
@click.argument("text")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--voice", default="")
@click.option("--rate", type=click.IntRange(60, 300), default=None)
def say(text: str, out: Path | None, voice: str, rate: int | None) -> None:
    """Speak TEXT in the voice of the settings."""
    if not any(letter.isalnum() for letter in text):
        raise VoiceError(Message("commands.nothing_to_say"))
    settings = load(open_home().settings_file)
    if voice in SPEAKERS:
        settings = replace(settings, voice=replace(settings.voice, speaker=voice))
    elif voice:
        engine = "piper" if voice.endswith(".onnx") else "pyttsx3"
        chosen = replace(settings.voice, speaker="engine", name=voice, engine=engine)
        settings = replace(settings, voice=chosen)
    sound = finished(make_voice(settings).render(text, settings.language, rate or settings.voice.rate_wpm))
    if out is not None:
        out.write_bytes(wav_bytes(sound))
        console.print(f"{out}: {sound.duration_s:.1f} s")
        return
    ended = threading.Event()
    loudspeaker = DeviceLoudspeaker(settings.audio.loudspeaker)
    try:
        loudspeaker.play(sound, 0.0, lambda _completed, _at_s: ended.set())
        ended.wait(sound.duration_s + 5)
    finally:
        loudspeaker.close()
