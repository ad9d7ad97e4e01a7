"""The language of the terminal: what commands say there, and how they explain themselves."""

from __future__ import annotations

import os
import tomllib

import click

from skill.files import read_small
from skill.languages import Language
from skill.messages.message import Message, in_language
from skill.paths import user_paths
from skill.settings.rules import language_of

_YES = ("j", "ja", "y", "yes")


def terminal_language() -> Language:
    """The one in the settings file, else the system's (LC_ALL, LC_MESSAGES, LANG), else bokmål. Never raises.

    Asked before anything else is imported, so the file is only looked into.
    """
    try:
        wanted = tomllib.loads(read_small(user_paths().settings_file).decode("utf-8-sig")).get("language", "")
    except (OSError, ValueError, RecursionError):
        wanted = ""
    named = (str(wanted), *(os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")))
    first = next((text for text in named if text), "")
    return language_of(first) or "nb"


def agreed(question: str) -> bool:
    """Ask, and take ja, yes or their first letter for a yes; anything else is a no. Raises click.Abort at Ctrl-C."""
    letters = shown(Message("commands.yes_or_no"))
    answer = str(click.prompt(f"{shown(question)} {letters}", default="", show_default=False))
    return answer.strip().lower() in _YES


def shown(sentence: str) -> str:
    """A message in the terminal's language; what others have said, as it is."""
    return in_language(sentence, terminal_language())
