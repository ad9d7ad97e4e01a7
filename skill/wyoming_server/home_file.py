"""What a home is made of: its rooms, floors and things by name, from a TOML file that a person writes.

areas = ["stua", "kjøkkenet"]
floors = ["første"]
[names]              # by Home Assistant's domain
light = ["leselampa"]
[pronunciations]     # only where a name is said otherwise than it is written
"kajsa" = ["k ɑ i s ɑ"]
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skill.errors import ModelError
from skill.messages.message import Message
from skill.model.build import check_texts

_KNOWN = frozenset({"areas", "floors", "names", "pronunciations"})


@dataclass(frozen=True)
class Home:
    """All in small letters. ``names``: domain → names. ``pronunciations``: word → ways, phones with spaces."""

    areas: tuple[str, ...] = ()
    floors: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pronunciations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        return (*self.areas, *self.floors, *(name for names in self.names.values() for name in names))


def read_home(file: Path) -> Home:
    """Raises ModelError: the file can't be read, or a name can't be said as it is written («TV2», «lampe_3»)."""
    try:
        told: dict[str, Any] = tomllib.loads(file.read_text("utf-8-sig"))
        if unknown := sorted(set(told) - _KNOWN):
            raise ValueError(f"«{unknown[0]}»?")
        names = {str(domain): _list(each) for domain, each in dict(told.get("names", {})).items()}
        said = {_text(word): _list(ways) for word, ways in dict(told.get("pronunciations", {})).items()}
        home = Home(_list(told.get("areas", [])), _list(told.get("floors", [])), names, said)
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(Message("wyoming.home_unreadable", file=file, error=error)) from error
    if home.texts:
        check_texts([], home.texts)
    return home


def _list(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f'{value!r}: ["…", "…"]')
    return tuple(dict.fromkeys(_text(each) for each in value))


def _text(value: str) -> str:
    return " ".join(unicodedata.normalize("NFC", value).lower().split())
