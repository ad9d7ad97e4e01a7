"""Every text that is spoken, as it stands in the files, with file and line: what the checks look at.

A text is any TOML table with at least one of the keys nb, nn, en. This reads the files as they are, however
the dialogue uses them, so that no text can slip past the checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skill.content.toml_file import TomlFile, read_toml
from skill.languages import LANGUAGES

NOT_SPOKEN = (
    "intents.toml", "grammars.toml", "forbidden.toml", "reading.toml", "seed_systems.toml",
    "pronunciation.toml", "settings.toml", "medicines.toml",
)  # fmt: skip
_NOT_SPOKEN_FOLDERS = (*LANGUAGES, "demo", "web")


@dataclass(frozen=True, slots=True)
class SpokenText:
    """One text in its languages. `live` are the grammar classes that can be heard while it plays."""

    key: str  # its place in the file, e.g. "texts.B1"
    path: Path
    line: int
    words: Mapping[str, str]  # language -> text
    source: str
    compared: str
    live: tuple[str, ...] = ("speaking",)
    grammar: str = ""  # grammar class of the answers, "" when it asks nothing
    answers: tuple[str, ...] = field(default=())

    def line_of(self, language: str, file: TomlFile) -> int:
        return file.key_line(language, self.line)


def spoken_texts(prompts: Path) -> tuple[tuple[TomlFile, tuple[SpokenText, ...]], ...]:
    """All files below `prompts` with spoken texts, each with its texts; ContentError for bad TOML."""
    files = []
    for path in sorted(prompts.rglob("*.toml")):
        inside = path.relative_to(prompts)
        if inside.parts[0] not in _NOT_SPOKEN_FOLDERS and inside.name not in NOT_SPOKEN:
            files.append(read_toml(path))
    shared = _uses([use for file in files for use in _said(file.data) if not _own(file, use[0])])
    return tuple(
        (file, tuple(_texts(file, file.data, "", {**shared, **_uses(_said(file.data))}))) for file in files
    )


def _said(data: Any) -> Iterator[tuple[str, str]]:
    """Every text that something says, with the grammar class that is live meanwhile: `say = [...]`, `live = "..."`."""
    if isinstance(data, Mapping):
        say = data.get("say", ())
        if isinstance(say, list):
            yield from ((str(name), str(data.get("live", "speaking"))) for name in say)
        for value in data.values():
            yield from _said(value)
    elif isinstance(data, list):
        for value in data:
            yield from _said(value)


def _own(file: TomlFile, name: str) -> bool:
    return name in file.data.get("texts", {})


def _uses(said: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    uses: dict[str, tuple[str, ...]] = {}
    for name, live in said:
        uses[name] = tuple(dict.fromkeys((*uses.get(name, ()), live)))
    return uses


def _texts(
    file: TomlFile, table: Mapping[str, Any], place: str, uses: Mapping[str, tuple[str, ...]]
) -> Iterator[SpokenText]:
    if any(isinstance(table.get(language), str) for language in LANGUAGES):
        line = file.table_line(place) or file.key_line(place.rsplit(".", 1)[-1]) or 1
        yield SpokenText(
            key=place,
            path=file.path,
            line=line,
            words={language: str(table[language]) for language in LANGUAGES if table.get(language)},
            source=str(table.get("source", file.data.get("source", ""))),
            compared=str(table.get("compared", file.data.get("compared", ""))),
            live=(str(table["live"]),)
            if "live" in table
            else uses.get(place.rsplit(".", 1)[-1], ("speaking",)),
            grammar=str(table.get("grammar", "")),
            answers=tuple(table.get("answers", {})),
        )
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _texts(file, value, f"{place}.{name}" if place else name, uses)
