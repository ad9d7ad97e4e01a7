"""`krampevakt enrol`: the one who sleeps here says the phrases a few times, and the device learns how they sound."""

from __future__ import annotations

from pathlib import Path

import click

from skill.collect.microphone import LiveTakeRecorder
from skill.commands.bedside.common import console, open_home
from skill.commands.terminal import shown
from skill.enrol.comparing import EnrolmentRoom, told_of
from skill.enrol.keeping import keep
from skill.enrol.reading_aloud import ReadingAloud, read_aloud
from skill.enrol.takes import Said, read_takes
from skill.journal.keeping.erase import forget_learned
from skill.messages.message import Message
from skill.settings.file import load


@click.command()
@click.option("--from", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--device", default="")
@click.option("--forget", "forgetting", is_flag=True)
def enrol(folder: Path | None, device: str, forgetting: bool) -> None:
    """Say the phrases a few times: the device learns how you sound, and keeps only what helps."""
    paths = open_home()
    if forgetting:
        there = forget_learned(paths.personal_file)
        console.print(shown(Message("enrol.forgotten" if there else "enrol.nothing_to_forget")))
        return
    room = EnrolmentRoom(load(paths.settings_file))
    takes = read_takes(folder, room.readings) if folder is not None else _live(room, device)
    console.print(shown(Message("enrol.comparing")))
    learned = room.learn_from(takes)
    for sentence in told_of(learned):
        console.print(shown(sentence))
    if learned.gains:
        keep(paths.personal_file, learned.personal)
        console.print(shown(Message("enrol.kept")))
        console.print(shown(Message("enrol.forget_by_command")))
    else:
        console.print(shown(Message("enrol.no_gain")))


def _live(room: EnrolmentRoom, device: str) -> list[Said]:
    recorder = LiveTakeRecorder(device or room.settings.audio.microphone or None)
    console.print(shown(Message("enrol.introduction")))
    return read_aloud(
        ReadingAloud(room.readings, room.check),
        recorder,
        lambda message: console.print(shown(message)),
        _when_ready,
    )


def _when_ready() -> None:
    click.prompt(shown(Message("enrol.press_enter")), default="", show_default=False)
