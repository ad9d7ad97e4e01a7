"""One way to write one thing, in everything that is shown: pages, knowledge pages, explanations of settings.

What is spoken is held to the same list where its other checks are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from skill.content.check.reading import Reading
from skill.content.toml_file import Problem
from skill.languages import LANGUAGES

_TRANSLATED = re.compile(r"^\s*(nb|nn|en)\s*=")


def wording_problems(prompts: Path, reading: Reading) -> Iterator[Problem]:
    """Words that are written in another way elsewhere, by file and line. Remarks and phrases to hear are left alone."""
    for language in LANGUAGES:
        folder = prompts / language
        for path in (folder / "web.toml", folder / "collect.toml", *sorted((folder / "learn").glob("*.md"))):
            yield from _in_file(path, reading, language)
    yield from _in_file(prompts / "settings.toml", reading, None)


def _in_file(path: Path, reading: Reading, language: str | None) -> Iterator[Problem]:
    """`language` None: each line says its own, as `nb = …`."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        translated = _TRANSLATED.match(line)
        spoken = language or (translated[1] if translated else None)
        if spoken is None or line.lstrip().startswith(("#", "sources", "phrases")):
            continue
        shown = line.partition(" = ")[2] if path.suffix == ".toml" and " = " in line else line  # not the key
        for message in reading.otherwise_written(shown, spoken):
            yield Problem(path, number, message)
