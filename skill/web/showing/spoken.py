"""The sentences that the voice says, for showing on the pages what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from skill.content.script import read_script
from skill.errors import ContentError
from skill.events import Language


def reader(prompts: Path) -> Callable[[Language], Mapping[str, str]]:
    """Key → sentence, read once a language.

    Faults in the script are the service's to report: here a page simply shows the key of what it can't read.
    """

    @cache
    def spoken(language: Language) -> Mapping[str, str]:
        try:
            return read_script(prompts, language)[0].texts
        except (ContentError, KeyError, TypeError, ValueError):
            return {}

    return spoken
