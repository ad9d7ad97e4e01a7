"""The command line: each command is imported when it is called, and errors become one sentence and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from skill import __version__
from skill.errors import KrampevaktError

# Importing only what a command needs is most of how soon `run` listens.
COMMANDS: Mapping[str, str] = {
    "run": "skill.service.commands.run:run",
    "demo": "skill.service.commands.demo:demo",
    "replay": "skill.service.commands.replay:replay",
    "say": "skill.service.commands.say:say",
    "devices": "skill.service.commands.devices:devices",
    "doctor": "skill.service.commands.doctor:doctor",
    "install-service": "skill.service.commands.install:install_service",
    "web": "skill.web.commands:web",
    "pin": "skill.web.commands:pin",
    "export": "skill.service.commands.journal:export",
    "import": "skill.service.commands.journal:import_",
    "backup": "skill.service.commands.journal:backup",
    "restore": "skill.service.commands.journal:restore",
    "erase": "skill.service.commands.journal:erase",
    "check-prompts": "skill.content.commands:check_prompts",
    "model": "skill.model.commands:model",
    "collect": "skill.model.collect:collect",
}


class CommandsByName(click.Group):
    """A group whose commands are found in COMMANDS, in that order."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        where = COMMANDS.get(cmd_name)
        if where is None:
            return None
        module, _, name = where.partition(":")
        found = getattr(importlib.import_module(module), name)
        assert isinstance(found, click.Command)
        return found


@click.command(cls=CommandsByName, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="krampevakt")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for settings, journal and sounds, instead of the system's own places.",
)
def cli(home: Path | None) -> None:
    """Krampevakt leads a person out of a nocturnal leg cramp, by voice, in Norwegian, offline."""
    if home is not None:
        os.environ["KRAMPEVAKT_HOME"] = str(home.expanduser().absolute())  # child processes follow it too


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
