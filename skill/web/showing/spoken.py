"""The script behind the pages: the sentences that the voice says, and the same question tables that it asks by."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from skill.content.script import Script
from skill.content.script_reading import read_script
from skill.errors import ContentError
from skill.languages import Language


def reader(prompts: Path) -> Callable[[Language], Script | None]:
    """The script of a language, read once; None where it can't be read.

    Faults in the script are the service's to report: here a page simply shows the key of what it can't read.
    """

    @cache
    def script(language: Language) -> Script | None:
        try:
            return read_script(prompts, language)[0]
        except (ContentError, KeyError, TypeError, ValueError):
            return None

    return script
