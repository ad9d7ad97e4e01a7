"""The language of the terminal: what commands say there, and how they explain themselves."""

from __future__ import annotations

import os
import tomllib

from skill.languages import Language
from skill.messages.message import in_language
from skill.paths import user_paths
from skill.settings.rules import language_of


def terminal_language() -> Language:
    """The one in the settings file, else the system's (LC_ALL, LC_MESSAGES, LANG), else bokmål. Never raises.

    Asked before anything else is imported, so the file is only looked into.
    """
    try:
        wanted = tomllib.loads(user_paths().settings_file.read_text(encoding="utf-8-sig")).get("language", "")
    except (OSError, ValueError, RecursionError):
        wanted = ""
    named = (str(wanted), *(os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")))
    first = next((text for text in named if text), "")
    return language_of(first) or "nb"


def shown(sentence: str) -> str:
    """A message in the terminal's language; what others have said, as it is."""
    return in_language(sentence, terminal_language())
