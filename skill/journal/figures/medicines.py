"""Which lines of a person's own list of medicines a doctor will want to see first. Says nothing of causes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from skill.errors import ContentError
from skill.languages import Language
from skill.messages.message import Message

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


@dataclass(frozen=True, slots=True)
class MedicineDay:
    """A day on which a medicine was begun or ended, as dated in the person's list."""

    day: date
    stopped: bool
    text: str  # the whole line


_DATE = re.compile(r"\b(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2}))\b")


def medicine_days(text: str, stopped: tuple[str, ...]) -> tuple[MedicineDay, ...]:
    """Every date in the lines of `text`, oldest first. A date after one of the words `stopped` ends the medicine."""
    found = []
    for line in text.splitlines():
        for match in _DATE.finditer(line):
            words = line[: match.start()].lower().replace(",", " ").split()
            ends = bool(words) and _is_one_of(words[-1].rstrip(":."), stopped)
            if (day := _day(match)) is not None:
                found.append(MedicineDay(day, ends, line.strip()))
    return tuple(sorted(found, key=lambda each: each.day))


def _is_one_of(word: str, known: tuple[str, ...]) -> bool:
    """A short word stands for itself alone («til», never «tilskudd»), a longer one for its forms too («stoppet»)."""
    return any(word == each or (len(each) > 3 and word.startswith(each)) for each in known)


def _day(match: re.Match[str]) -> date | None:
    if match[1]:
        year, month, day = (int(part) for part in match.group(1, 2, 3))
    else:
        day, month, year = (int(part) for part in match.group(4, 5, 6))
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def load_stop_words(prompts: Path) -> tuple[str, ...]:
    """The words of prompts/medicines.toml that make a date the last day. Raises ContentError."""
    path = prompts / MEDICINES_FILE
    try:
        return tuple(str(word).lower() for word in _tree(path)["stopped"])
    except (KeyError, TypeError) as error:
        raise ContentError(Message("journal.medicines_wrong", path=path, error=error)) from error


def _tree(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError(Message("journal.medicines_wrong", path=path, error=error)) from error


def load_medicine_groups(prompts: Path) -> tuple[MedicineGroup, ...]:
    """Read prompts/medicines.toml. Raises ContentError."""
    path = prompts / MEDICINES_FILE
    try:
        tree = _tree(path)
        groups = []
        for name, table in tree["groups"].items():
            labels: dict[Language, str] = {"nb": table["nb"], "nn": table["nn"], "en": table["en"]}
            groups.append(MedicineGroup(name, labels, tuple(str(each).lower() for each in table["names"])))
        return tuple(groups)
    except (KeyError, TypeError, AttributeError) as error:
        raise ContentError(Message("journal.medicines_wrong", path=path, error=error)) from error


def medicines(text: str, groups: tuple[MedicineGroup, ...]) -> tuple[Medicine, ...]:
    """The lines of `text`, each with the groups of which a name begins one of its words."""
    found = []
    for line in text.splitlines():
        if line.strip():
            found.append(Medicine(line.strip(), tuple(g for g in groups if _names(line, g))))
    return tuple(found)


def _names(line: str, group: MedicineGroup) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}", line.lower()) for name in group.names)
