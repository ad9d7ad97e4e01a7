"""Every text of the pages, from prompts/<language>/web.toml.

The three languages must hold the same keys with the same {placeholders}; anything else is refused when the
program starts, with the file's name, so that no page can meet a missing text at night.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.errors import ContentError
from skill.languages import LANGUAGES, Language
from skill.messages.message import Message

PAGE_TEXTS_FILE = "web.toml"


@dataclass(frozen=True, slots=True)
class PageTexts:
    """Key → text, for each language. A key is the path in the file, joined by dots ("nav.nights")."""

    tables: Mapping[Language, Mapping[str, str]]

    def text(self, language: Language, key: str, /, **values: object) -> str:
        """The text with its {placeholders} filled in. An unknown key is a programming error: KeyError."""
        text = self.tables[language][key]
        return text.format_map(values) if values else text

    def count(self, language: Language, key: str, n: int, /, **values: object) -> str:
        """The text for `n` things: `key_one` when n is 1, else `key_many`; {n} is the number."""
        return self.text(language, f"{key}_one" if n == 1 else f"{key}_many", n=n, **values)

    def has(self, key: str) -> bool:
        return key in self.tables["nb"]


def load_page_texts(prompts: Path) -> PageTexts:
    """Read all languages; ContentError names what is missing, in which file."""
    tables = {language: _read(prompts / language / PAGE_TEXTS_FILE) for language in LANGUAGES}
    reference = tables["nb"]
    for language, table in tables.items():
        where = f"{language}/{PAGE_TEXTS_FILE}"
        for key in sorted(reference.keys() ^ table.keys()):
            if key in reference:
                raise ContentError(Message("web.text_missing", where=where, key=key))
            raise ContentError(Message("web.text_only_here", where=where, key=key))
        for key, text in table.items():
            if placeholders(text) != placeholders(reference[key]):
                raise ContentError(
                    Message("web.text_other_placeholders", where=where, key=key, file=PAGE_TEXTS_FILE)
                )
    return PageTexts(tables)


def placeholders(text: str) -> frozenset[str]:
    """Names of the {placeholders} in a text."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            tree = tomllib.load(file)
    except OSError as error:
        raise ContentError(Message("web.texts_unreadable", path=path, error=error.strerror)) from error
    except tomllib.TOMLDecodeError as error:
        raise ContentError(Message("web.texts_wrong", path=path, error=error)) from error
    return dict(_flat(tree, "", path))


def _flat(tree: Mapping[str, Any], prefix: str, path: Path) -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, key + ".", path)
        elif isinstance(value, str) and value.strip():
            yield key, value
        else:
            raise ContentError(Message("web.text_empty", path=path, key=key))
