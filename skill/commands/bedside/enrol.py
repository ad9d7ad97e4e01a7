"""`krampevakt enrol`: the one who sleeps here says the phrases a few times, and the device learns how they sound."""

from __future__ import annotations

from pathlib import Path

import click

from skill.collect.microphone import LiveTakeRecorder
from skill.commands.bedside.common import console, open_home
from skill.commands.terminal import shown
from skill.content.phrases import load_phrases
from skill.enrol.comparing import learn_from
from skill.enrol.keeping import forget, keep
from skill.enrol.learning import Learned
from skill.enrol.reading_aloud import read_aloud
from skill.enrol.readings import Readings, load_readings
from skill.enrol.takes import Said, read_takes
from skill.messages.message import Message
from skill.paths import prompts_dir
from skill.settings.file import load
from skill.settings.values import Settings


@click.command()
@click.option("--from", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--device", default="")
@click.option("--forget", "forgetting", is_flag=True)
def enrol(folder: Path | None, device: str, forgetting: bool) -> None:
    """Say the phrases a few times: the device learns how you sound, and keeps only what helps."""
    paths = open_home()
    settings = load(paths.settings_file)
    if forgetting:
        there = forget(paths.personal_file)
        console.print(shown(Message("enrol.forgotten" if there else "enrol.nothing_to_forget")))
        return
    book = load_phrases(prompts_dir(), settings.language)
    readings = load_readings(prompts_dir(), settings.language, book)
    takes = read_takes(folder, readings) if folder is not None else _live(settings, readings, device)
    console.print(shown(Message("enrol.comparing")))
    learned = learn_from(takes, settings, book, readings)
    _tell(learned)
    if learned.gains:
        keep(paths.personal_file, learned.personal)
        console.print(shown(Message("enrol.kept")))
    else:
        console.print(shown(Message("enrol.no_gain")))


def _live(settings: Settings, readings: Readings, device: str) -> list[Said]:
    recorder = LiveTakeRecorder(device or settings.audio.microphone or None)
    console.print(shown(Message("enrol.introduction")))
    return read_aloud(
        readings,
        recorder,
        lambda message: console.print(shown(message)),
        _when_ready,
    )


def _when_ready() -> None:
    click.prompt(shown(Message("enrol.press_enter")), default="", show_default=False)


def _tell(learned: Learned) -> None:
    for key, before, after in (
        ("enrol.start_phrases", learned.before, learned.after),
        ("enrol.answers", learned.answers_before, learned.answers_after),
        ("enrol.first_alone", learned.first_before, learned.first_after),
    ):
        if before.n:
            console.print(shown(Message(key, n=before.n, before=before.heard, after=after.heard)))
    console.print(
        shown(
            Message(
                "enrol.ordinary_sentences",
                n=learned.ordinary, before=learned.starts_before, after=learned.starts_after,
            )
        )
    )  # fmt: skip
