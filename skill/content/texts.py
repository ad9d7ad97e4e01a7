"""What is spoken: each text in three languages side by side, with its source and when they were compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from skill.content.toml_file import Problem, TomlFile
from skill.languages import LANGUAGES
from skill.messages.message import Message


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or two. `compared`: ISO date on which the project last held it against its source."""

    key: str
    nb: str
    nn: str
    en: str
    source: str
    compared: str
    path: Path = field(default=Path(), compare=False)
    line: int = field(default=0, compare=False)

    def in_language(self, language: str) -> str:
        """The text in nb, nn or en; raises KeyError for another language."""
        return {"nb": self.nb, "nn": self.nn, "en": self.en}[language]


def read_text(table: Mapping[str, Any], key: str, file: TomlFile, line: int, problems: list[Problem]) -> Text:
    """One table with nb, nn, en, source and compared (or the file's own date); gaps go into `problems`."""
    for language in LANGUAGES:
        if not str(table.get(language, "")).strip():
            problems.append(
                Problem(file.path, line, Message("content.text_lacks_language", key=key, language=language))
            )
    source = str(table.get("source", file.data.get("source", "")))
    if not source:
        problems.append(Problem(file.path, line, Message("content.text_without_source", key=key)))
    compared = str(table.get("compared", file.data.get("compared", "")))
    try:
        date.fromisoformat(compared)
    except ValueError:
        problems.append(Problem(file.path, line, Message("content.text_without_date", key=key)))
    nb, nn, en = (str(table.get(language, "")) for language in LANGUAGES)
    return Text(key, nb, nn, en, source, compared, file.path, line)


def read_texts(file: TomlFile, prefix: str, problems: list[Problem]) -> dict[str, Text]:
    """The tables [texts.NAME] of a file, by key: `prefix.NAME`, or NAME alone when prefix is ""."""
    found = {}
    for name, table in file.data.get("texts", {}).items():
        key = f"{prefix}.{name}" if prefix else name
        found[key] = read_text(table, key, file, file.table_line(f"texts.{name}"), problems)
    return found
