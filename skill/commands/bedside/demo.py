"""`krampevakt demo`: a simulated night, from the first cry to the written-down episode."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from skill.commands.bedside.common import console, open_home
from skill.commands.bedside.conversation import Conversation
from skill.commands.terminal import shown
from skill.content.in_force import load_contents
from skill.events import Fault
from skill.hearing.recognise.loading import load_speech_model
from skill.journal.storage.store import Journal
from skill.messages.message import Message
from skill.paths import prompts_dir
from skill.service.assembly import make_prompts, model_folder, prepare, versions
from skill.settings.values import Settings
from skill.simulation.audio_time import Onlookers, Rooms
from skill.simulation.clips import load_clips
from skill.simulation.ears import make_listener
from skill.simulation.night import Parts, PlayedNight, play_night
from skill.simulation.scenario import Scenario, load_scenarios

ZONE = ZoneInfo("Europe/Oslo")


def make_parts(home: Path, settings: Settings) -> Parts:
    """Everything that the nights share: model, texts, voice, a journal of their own in `home`."""
    paths = open_home(home)
    prompts = prompts_dir()
    contents = load_contents(prompts, settings.language)
    folder = model_folder(settings)
    model = load_speech_model(folder)
    sounds = make_prompts(paths, settings, contents)
    prepare(sounds, settings)
    rooms = Rooms(
        contents,
        settings,
        sounds,
        Journal.open(paths.database_file, zone=ZONE),
        versions(contents, folder),
        ZONE,
    )
    return Parts(
        rooms,
        listener=lambda: make_listener(settings, model, contents.book),
        clips=lambda scenario: load_clips(
            prompts / "demo" / "clips", scenario.voice, {turn.say for turn in scenario.turns}
        ),
    )


@click.command()
@click.option("--scenario", "names", multiple=True)
@click.option("--list", "only_list", is_flag=True)
@click.option("--fast", is_flag=True)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("krampevakt-demo"), show_default=True,
)  # fmt: skip
def demo(names: tuple[str, ...], only_list: bool, fast: bool, out: Path) -> None:
    """Play simulated nights through the real hearing, dialogue, voice and journal.

    A simulated person speaks into the same microphone protocol as a live one; every word reaches the dialogue
    through the speech recogniser. The voices are synthetic, and the recogniser was not trained on them.
    """
    scenarios = {scenario.name: scenario for scenario in load_scenarios(prompts_dir() / "demo")}
    if only_list:
        for scenario in scenarios.values():
            console.print(f"{scenario.name:<22} {scenario.title}")
        return
    unknown = [name for name in names if name not in scenarios]
    if unknown:
        raise click.BadParameter(
            shown(Message("commands.unknown_scenario", names=", ".join(unknown), known=", ".join(scenarios))),
            param_hint="--scenario",
        )
    chosen = [scenarios[name] for name in names] or [scenarios["goes_well"]]
    console.print(f"[dim]{shown(Message('commands.getting_ready'))}[/dim]")
    parts = make_parts(out, Settings())
    with parts.rooms.journal:
        nights = [_play(scenario, parts, out, fast) for scenario in chosen]
    console.print(f"\n{shown(Message('commands.see_the_night'))} [bold]krampevakt --home {out} web[/bold]")
    if not all(night.as_scripted for night in nights):
        raise SystemExit(1)


def _play(scenario: Scenario, parts: Parts, out: Path, fast: bool) -> PlayedNight:
    console.rule(f"[bold]{scenario.title}[/bold]  ({scenario.name})")
    wav = out / f"{scenario.name}.wav"

    def show_fault(fault: Fault) -> None:
        console.print(f"[bold red]{shown(fault.sentence)}[/bold red]")

    night = play_night(
        scenario, parts, datetime(2026, 11, 23, 3, 0, tzinfo=ZONE), wav, real_pace=not fast,
        onlookers=lambda clock: Onlookers(
            (Conversation(parts.rooms.contents.script, clock.now_s, console),), show_fault
        ),
    )  # fmt: skip
    episode = parts.rooms.journal.episode(night.episode) if night.episode else None
    if episode is not None:
        steps = ", ".join(f"{step.rung} ({step.outcome})" for step in episode.steps)
        told = Message(
            "commands.episode",
            at=f"{episode.started_at:%H:%M}",
            place=episode.place or Message("commands.place_not_said"),
            steps=steps or Message("commands.no_exercises"),
            reason=episode.ended_reason,
        )
        console.print(f"\n[bold]{shown(Message('commands.in_the_journal'))}[/bold]: {shown(told)}")
    colour = "green" if night.as_scripted else "red"
    verdict = Message("commands.as_expected") if night.as_scripted else Message("commands.not_as_expected")
    written = Message("commands.sound_written", length_s=night.length_s, wav=wav)
    console.print(f"[{colour}]{shown(verdict)}[/{colour}] · {shown(written)}")
    for turn in night.missed:
        console.print(f"[red]{shown(Message('commands.missed', words=turn.say))}[/red]")
    for heard in night.invented:
        console.print(f"[red]{shown(Message('commands.invented', words=heard.phrase))}[/red]")
    return night
