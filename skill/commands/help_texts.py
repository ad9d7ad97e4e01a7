"""What `--help` says: the texts of help.toml put into copies of the commands, and click's own words beside them.

A command is explained by the message help.NAME, an option of it by help.NAME_OPTION; dashes are written as low lines.
"""

from __future__ import annotations

import contextlib
import copy
import importlib
from collections.abc import Callable, Iterator
from typing import Any, cast

import click

from skill.languages import Language
from skill.messages.catalogue import message_text, room_texts

_WORDS_IN = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")


def help_key(path: tuple[str, ...], parameter: str = "") -> str:
    """The message that explains a command ("model", "build"), or a parameter of it."""
    return "help." + "_".join((*path, *([parameter] if parameter else []))).replace("-", "_")


def explained(command: click.Command, path: tuple[str, ...], language: Language) -> click.Command:
    """A copy of the command, and of those below it, that explains itself in `language`."""
    told = copy.copy(command)
    told.__dict__["_help_option"] = None  # click keeps the one that it made, in the language of then
    told.help = message_text(help_key(path), language).strip()
    told.options_metavar = message_text("help.place_options", language)
    told.params = [_parameter(each, path, language) for each in command.params]
    if isinstance(told, click.Group):
        told.subcommand_metavar = message_text("help.place_command", language)
        told.commands = {
            name: explained(each, (*path, name), language) for name, each in told.commands.items()
        }
    return told


def _parameter(parameter: click.Parameter, path: tuple[str, ...], language: Language) -> click.Parameter:
    told = copy.copy(parameter)
    text = message_text(help_key(path, str(parameter.name)), language)
    if isinstance(told.type, click.Path):
        kind = copy.copy(told.type)
        kind.name = message_text("help.the_file" if kind.file_okay else "help.the_folder", language)
        told.type = kind
    if isinstance(told, click.Option):
        told.help = text
        if not told.is_flag and not isinstance(told.type, click.Choice):
            told.metavar = message_text(_place(told.type), language)
    else:
        told.metavar = text if told.required else f"[{text}]"
    return told


def _place(kind: click.ParamType[Any, Any]) -> str:
    """The message that stands for a value of this kind."""
    if isinstance(kind, click.Path):
        return "help.place_file" if kind.file_okay else "help.place_folder"
    return "help.place_text" if kind.name == "text" else "help.place_number"


@contextlib.contextmanager
def click_speaks(language: Callable[[], Language]) -> Iterator[None]:
    """Within the block click's own words ("Usage:", "Missing option") are in the language that is asked for each time.

    click has them by gettext, but ships no translations. Its modules hold the functions under these names.
    """

    def one(text: str) -> str:
        for words in room_texts("click").values():
            if words["en"] == text:
                return words[language()]
        return text

    def one_of_two(singular: str, plural: str, count: int) -> str:
        return one(singular if count == 1 else plural)

    modules = [cast(Any, importlib.import_module(f"click.{name}")) for name in _WORDS_IN]
    kept = [
        (module, name, getattr(module, name))
        for module in modules
        for name in ("_", "ngettext")
        if hasattr(module, name)
    ]
    try:
        for module, name, _ in kept:
            setattr(module, name, one if name == "_" else one_of_two)
        yield
    finally:
        for module, name, before in kept:
            setattr(module, name, before)
