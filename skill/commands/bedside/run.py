"""`krampevakt run`: the live service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skill.commands.leaving import leave_at_the_latest, leave_process
from skill.commands.terminal import shown
from skill.events import Fault
from skill.hearing.process.protocol import MicrophoneChoice
from skill.hearing.process.standby import spawn_child
from skill.messages.message import Message
from skill.service.clock import Clock
from skill.service.ports import Witness

if TYPE_CHECKING:
    from skill.content.in_force import Contents


@click.command()
@click.option("--quiet", is_flag=True)
@click.option("--port", type=click.IntRange(0, 65535), default=None)
@click.option("--no-web", is_flag=True)
@click.option("--model", default="")
@click.option(
    "--microphone-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
)  # fmt: skip
def run(quiet: bool, port: int | None, no_web: bool, model: str, microphone_file: Path | None) -> None:
    """Listen through the night, and help when someone has a cramp. Ends with Ctrl-C."""
    hearing_child = None
    with contextlib.suppress(OSError):  # no memory for it now: the service tries again
        hearing_child = spawn_child()  # it gets ready while the rest is being imported: a third of the start
    log = _log_in_a_thread()
    from skill.commands.bedside.common import console, open_home
    from skill.commands.bedside.conversation import Conversation
    from skill.service.assembly import Choices
    from skill.service.bedside import run_bedside

    def fault(found: Fault) -> None:
        sentence = shown(found.sentence)
        console.print(f"[bold red]{sentence}[/bold red]" if found.severity != "notice" else sentence)

    def ready(address: str) -> None:
        if not quiet:
            where = address or Message("commands.pages_not_open")
            console.print(shown(Message("commands.running", address=where)))

    def witnesses(contents: Contents, clock: Clock) -> tuple[Witness, ...]:
        begun_s = clock.now_s()
        return (
            ()
            if quiet
            else (Conversation(contents.script, lambda: clock.now_s() - begun_s, console, begun_s),)
        )

    choices = Choices(
        microphone=MicrophoneChoice("file", str(microphone_file)) if microphone_file else None,
        model=model,
        web_port=port,
        web=not no_web,
        witnesses=witnesses,
        on_fault=fault,
        on_ready=ready,
        on_end=lambda: leave_at_the_latest(0),
        hearing_child=hearing_child,
    )
    asyncio.run(run_bedside(open_home(), choices))
    leave_process(0, log.stop)


def _log_in_a_thread() -> QueueListener:
    """Where nobody reads the terminal any more, a warning would otherwise hold up the loop, and nobody be answered."""
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    listener = QueueListener(lines, logging.StreamHandler())
    listener.start()  # a daemon, which nothing waits for long
    logging.getLogger().addHandler(QueueHandler(lines))
    return listener
