"""`krampevakt devices`: what there is to hear and speak with, a level meter, a test of the loudspeaker."""

from __future__ import annotations

import threading
import time

import click
from rich.live import Live
from rich.text import Text

from skill.audio.input_level import as_line
from skill.audio.portaudio import list_devices
from skill.audio.samples import level_dbfs
from skill.commands.bedside.common import console, open_home
from skill.commands.terminal import shown
from skill.content.in_force import load_contents
from skill.hearing.capture.device import DeviceMicrophone, input_devices
from skill.hearing.capture.input_levels import listen_to_each
from skill.messages.message import Message
from skill.paths import prompts_dir
from skill.service.assembly import make_voice
from skill.settings.file import load
from skill.speaking.cache import finished
from skill.speaking.loudspeaker.device import DeviceLoudspeaker

METER_FLOOR_DBFS = -80.0
TEST_KEY = "here"  # a sentence that the night begins with anyway


@click.command()
@click.option("--meter", is_flag=True)
@click.option("--seconds", default=0.0)
@click.option("--test", "play", is_flag=True)
@click.option("--levels", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
def devices(meter: bool, seconds: float, play: bool, levels: bool, as_json: bool) -> None:
    """List microphones and loudspeakers by name; the default is marked."""
    if levels:
        _show_levels(as_json)
        return
    default = shown(Message("commands.chosen_by_the_system"))
    console.print(f"[bold]{shown(Message('commands.microphones'))}[/bold]")
    for device in input_devices(renew=True):
        mark = f"  {default}" if device.is_default else ""
        console.print(f"  {device.name}  {device.rate_hz} Hz{mark}")
    console.print(f"[bold]{shown(Message('commands.loudspeakers'))}[/bold]")
    for output in list_devices("output"):
        mark = f"  {default}" if output.is_default else ""
        console.print(f"  {output.name}  {output.rate_hz} Hz{mark}")
    settings = load(open_home().settings_file)
    if play:
        text = load_contents(prompts_dir(), settings.language).script.text(TEST_KEY)
        sound = finished(make_voice(settings).render(text, settings.language, settings.voice.rate_wpm))
        ended = threading.Event()
        loudspeaker = DeviceLoudspeaker(settings.audio.loudspeaker)
        try:
            loudspeaker.play(sound, settings.voice.day_volume_db, lambda _completed, _at_s: ended.set())
            ended.wait(sound.duration_s + 5)
        finally:
            loudspeaker.close()
    if meter:
        _show_level(settings.audio.microphone, seconds)


def _show_levels(as_json: bool) -> None:
    """Every microphone as soon as it was heard: one that hangs when it is opened hides none before it."""
    for heard in listen_to_each():
        if as_json:
            click.echo(as_line(heard))
        elif heard.level_dbfs is None:
            console.print(f"  {heard.name}  {shown(Message('commands.no_sound_from_microphone'))}")
        else:
            console.print(f"  {heard.name}  {heard.level_dbfs:.0f} dBFS")


def _show_level(name: str, seconds: float) -> None:
    microphone = DeviceMicrophone(name)
    until_s = time.monotonic() + seconds if seconds else float("inf")
    loudest = METER_FLOOR_DBFS
    try:
        with Live(console=console, refresh_per_second=12) as live:
            while time.monotonic() < until_s:
                frame = microphone.read(0.5)
                if frame is None:
                    live.update(Text(shown(Message("commands.no_sound_from_microphone")), style="bold red"))
                    continue
                level = max(METER_FLOOR_DBFS, level_dbfs(frame))
                loudest = max(level, loudest - 0.3)
                bar = "█" * round((loudest - METER_FLOOR_DBFS) / 2)
                style = "red" if loudest > -6 else "green" if loudest > -50 else "dim"
                live.update(Text(f"{microphone.name}  {level:6.1f} dBFS  ").append(bar, style=style))
    except KeyboardInterrupt:
        pass
    finally:
        microphone.close()
