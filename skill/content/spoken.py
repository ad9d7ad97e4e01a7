"""Every text that is spoken, as it stands in the files, with file and line: what the checks look at.

A text is any TOML table with at least one of the keys nb, nn, en. This reads the files as they are, however
the dialogue uses them, so that no text can slip past the checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skill.content.toml_file import TomlFile, read_toml

LANGUAGES = ("nb", "nn", "en")
NOT_SPOKEN = (
    "intents.toml", "grammars.toml", "forbidden.toml", "reading.toml", "seed_systems.toml",
    "pronunciation.toml", "settings.toml", "medicines.toml",
)  # fmt: skip
_NOT_SPOKEN_FOLDERS = (*LANGUAGES, "demo", "web")


@dataclass(frozen=True, slots=True)
class SpokenText:
    """One text in its languages. `live` is the grammar class that can be heard while it plays."""

    key: str  # its place in the file, e.g. "texts.B1"
    path: Path
    line: int
    words: Mapping[str, str]  # language -> text
    source: str
    compared: str
    live: str = "speaking"
    grammar: str = ""  # grammar class of the answers, "" when it asks nothing
    answers: tuple[str, ...] = field(default=())

    def line_of(self, language: str, file: TomlFile) -> int:
        return file.key_line(language, self.line)


def spoken_texts(prompts: Path) -> tuple[tuple[TomlFile, tuple[SpokenText, ...]], ...]:
    """All files below `prompts` with spoken texts, each with its texts; ContentError for bad TOML."""
    found = []
    for path in sorted(prompts.rglob("*.toml")):
        inside = path.relative_to(prompts)
        if inside.parts[0] in _NOT_SPOKEN_FOLDERS or inside.name in NOT_SPOKEN:
            continue
        file = read_toml(path)
        found.append((file, tuple(_texts(file, file.data, ""))))
    return tuple(found)


def _texts(file: TomlFile, table: Mapping[str, Any], place: str) -> Iterator[SpokenText]:
    if any(isinstance(table.get(language), str) for language in LANGUAGES):
        line = file.table_line(place) or file.key_line(place.rsplit(".", 1)[-1]) or 1
        yield SpokenText(
            key=place,
            path=file.path,
            line=line,
            words={language: str(table[language]) for language in LANGUAGES if table.get(language)},
            source=str(table.get("source", file.data.get("source", ""))),
            compared=str(table.get("compared", file.data.get("compared", ""))),
            live=str(table.get("live", "speaking")),
            grammar=str(table.get("grammar", "")),
            answers=tuple(table.get("answers", {})),
        )
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _texts(file, value, f"{place}.{name}" if place else name)
