"""The command line: each command is imported when it is called, and errors become one sentence and an exit code."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from skill import __version__
from skill.commands.help_texts import click_speaks, explained
from skill.commands.leaving import let_go_of_a_closed_pipe
from skill.commands.terminal import shown, terminal_language
from skill.errors import KrampevaktError
from skill.machine import fill_standard_streams
from skill.messages.message import Message, sentence_of
from skill.paths import expanded

# Importing only what a command needs is most of how soon `run` listens.
COMMANDS: Mapping[str, str] = {
    "run": "skill.commands.bedside.run:run",
    "demo": "skill.commands.bedside.demo:demo",
    "rehearse": "skill.commands.bedside.rehearse:rehearse",
    "replay": "skill.commands.bedside.replay:replay",
    "say": "skill.commands.bedside.say:say",
    "devices": "skill.commands.machine.devices:devices",
    "doctor": "skill.commands.machine.checkup:checkup",
    "install-service": "skill.commands.machine.install:install_service",
    "connect": "skill.commands.machine.connect:connect",
    "web": "skill.commands.machine.web:web",
    "pin": "skill.commands.machine.web:pin",
    "export": "skill.commands.nights:export",
    "import": "skill.commands.nights:import_",
    "backup": "skill.commands.nights:backup",
    "restore": "skill.commands.nights:restore",
    "erase": "skill.commands.nights:erase",
    "check-prompts": "skill.commands.making.check_prompts:check_prompts",
    "model": "skill.commands.making.model:model",
    "voice": "skill.commands.making.voice:voice",
    "enrol": "skill.commands.bedside.enrol:enrol",
    "wyoming": "skill.commands.machine.wyoming:wyoming",
    "ward": "skill.commands.machine.ward:ward",
    "collect": "skill.collect.command:collect",
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
        return explained(found, (cmd_name,), terminal_language())

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return click.Group.get_params(self._explained(), ctx)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        click.Group.format_help(self._explained(), ctx, formatter)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        click.Group.format_usage(self._explained(), ctx, formatter)

    def _explained(self) -> click.Group:
        told = explained(self, ("krampevakt",), terminal_language())
        assert isinstance(told, click.Group)
        return told


def _home(_ctx: click.Context, _parameter: click.Parameter, home: Path | None) -> None:
    """Set at once: the settings of that home have the language of the help, too."""
    if home is not None:
        os.environ["KRAMPEVAKT_HOME"] = str(expanded(home).absolute())  # child processes follow it too


@click.command(cls=CommandsByName, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="krampevakt", message="%(prog)s %(version)s")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    is_eager=True,
    expose_value=False,
    callback=_home,
)
def cli() -> None:
    """Krampevakt leads a person out of a nocturnal leg cramp, by voice, in Norwegian, offline."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point. Exit code 0 when all went well, 1 for an error that the user can mend, 2 for wrong usage."""
    fill_standard_streams()
    _speak_any_locale()
    try:
        with click_speaks(terminal_language):
            _answer(arguments)
    finally:
        let_go_of_a_closed_pipe()


def _answer(arguments: Sequence[str] | None) -> None:
    try:
        cli.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except KrampevaktError as error:
        click.echo(shown(sentence_of(error)), err=True)
        sys.exit(1)
    except OSError as error:
        what = error.filename or "–"
        click.echo(
            shown(Message("commands.system_refuses", what=what, why=error.strerror or error)), err=True
        )
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo(shown(Message("commands.cancelled")), err=True)
        sys.exit(130)


def _speak_any_locale() -> None:
    """A terminal without «…» or «å» gets something in their place instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
