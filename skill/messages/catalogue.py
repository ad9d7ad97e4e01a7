"""The texts of all messages: `texts/ROOM.toml` holds a table for each message of a room, with nb, nn and en."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from skill.languages import LANGUAGES, Language


@cache
def room_texts(name: str) -> Mapping[str, Mapping[Language, str]]:
    """Name of a message of this room → its text in each language. Raises LookupError for a room without texts."""
    file = resources.files("skill.messages") / "texts" / f"{name}.toml"
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LookupError(f"no texts for the room {name!r}") from error
    return {key: {language: table[language] for language in LANGUAGES} for key, table in tables.items()}


def message_text(key: str, language: Language) -> str:
    """The text of "ROOM.NAME", with {placeholders}. Raises LookupError for a key that isn't there."""
    where, _, name = key.partition(".")
    try:
        return room_texts(where)[name][language]
    except KeyError as error:
        raise LookupError(f"no message {key!r}: it belongs in skill/messages/texts/{where}.toml") from error


def message_keys() -> Iterator[str]:
    """Every key that there is."""
    for file in sorted((resources.files("skill.messages") / "texts").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            where = file.name.removesuffix(".toml")
            yield from (f"{where}.{name}" for name in room_texts(where))
