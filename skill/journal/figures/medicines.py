"""Which lines of a person's own list of medicines a doctor will want to see first. Says nothing of causes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from skill.errors import ContentError
from skill.events import Language

MEDICINES_FILE = "medicines.toml"


@dataclass(frozen=True, slots=True)
class MedicineGroup:
    """A kind of medicine, with the names it goes by in Norway."""

    name: str
    label: Mapping[Language, str]
    names: tuple[str, ...]  # in small letters


@dataclass(frozen=True, slots=True)
class Medicine:
    """One line of the person's list, as written, and the groups that it names."""

    text: str
    groups: tuple[MedicineGroup, ...] = ()


def load_medicine_groups(prompts: Path) -> tuple[MedicineGroup, ...]:
    """Read prompts/medicines.toml. Raises ContentError."""
    path = prompts / MEDICINES_FILE
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        groups = []
        for name, table in tree["groups"].items():
            labels: dict[Language, str] = {"nb": table["nb"], "nn": table["nn"], "en": table["en"]}
            groups.append(MedicineGroup(name, labels, tuple(str(each).lower() for each in table["names"])))
        return tuple(groups)
    except (
        OSError,
        UnicodeDecodeError,
        tomllib.TOMLDecodeError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise ContentError(f"{path}: {error}") from error


def medicines(text: str, groups: tuple[MedicineGroup, ...]) -> tuple[Medicine, ...]:
    """The lines of `text`, each with the groups of which a name begins one of its words."""
    found = []
    for line in text.splitlines():
        if line.strip():
            found.append(Medicine(line.strip(), tuple(g for g in groups if _names(line, g))))
    return tuple(found)


def _names(line: str, group: MedicineGroup) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}", line.lower()) for name in group.names)
