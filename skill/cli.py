"""The command line: mounts each room's commands, and turns errors into one sentence and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from skill import __version__
from skill.content.commands import check_prompts
from skill.errors import KrampevaktError
from skill.model.collect import collect
from skill.model.commands import model
from skill.service.commands import COMMANDS
from skill.web.commands import pin, web


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="krampevakt")
@click.option(
    "--home", type=click.Path(file_okay=False, path_type=Path),
    help="Folder for settings, journal and sounds, instead of the system's own places.",
)  # fmt: skip
def cli(home: Path | None) -> None:
    """Krampevakt leads a person out of a nocturnal leg cramp, by voice, in Norwegian, offline."""
    if home is not None:
        os.environ["KRAMPEVAKT_HOME"] = str(home.expanduser().absolute())  # child processes follow it too


for command in (*COMMANDS, check_prompts, model, collect, web, pin):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point. Exit code 0 when all went well, 1 for an error that the user can mend, 2 for wrong usage."""
    try:
        cli.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except KrampevaktError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Avbrutt.", err=True)
        sys.exit(130)
