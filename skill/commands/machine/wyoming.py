"""`krampevakt wyoming`: the model as a speech-to-text of closed sentences for Home Assistant."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import click

from skill.commands.terminal import shown
from skill.errors import ModelError
from skill.messages.message import Message
from skill.paths import models_dir


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--uri", default="tcp://127.0.0.1:10300", show_default=True)
def wyoming(folder: Path, uri: str) -> None:
    """Hear a home's sentences for Home Assistant, over the Wyoming protocol."""
    try:
        from skill.wyoming_server.command_ears import CommandEars
        from skill.wyoming_server.server import serve
    except ImportError as error:
        raise ModelError(Message("wyoming.extra_missing", error=error.name or error)) from error
    ears = CommandEars(folder, models_dir() / "second_ear")

    def told() -> None:
        click.echo(shown(Message("wyoming.serving", count=ears.sentence_count, uri=uri)))

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(uri, lambda samples: ears.understand(samples).text, told))
