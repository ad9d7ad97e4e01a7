"""The 50 systems of the text that the project grew from, and whether each is really dealt with somewhere.

prompts/seed_systems.toml names for each system where it is realised; here every such place is looked up in the
files and types themselves, so that a text can't be renamed or lost without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from skill.content.knowledge.forbidden import load_forbidden
from skill.content.toml_file import Problem, read_toml
from skill.events import EVENT_FIELDS
from skill.languages import LANGUAGES
from skill.messages.message import Message
from skill.settings.values import Profile

TREATMENTS = ("SAY", "WEB", "LOG", "TRIAGE", "NEVER")
_NEEDED = {
    "SAY": ("text", "routine", "danger"),
    "WEB": ("page",),
    "LOG": ("profile", "question", "event", "web"),
    "TRIAGE": ("danger",),
    "NEVER": ("forbidden",),
}
"""What kind of place each treatment must have at least one of."""


@dataclass(frozen=True, slots=True)
class System:
    """One row: what the seed says of something, and what became of it."""

    number: int
    name: str
    verdict: str
    source: str  # what the verdict builds on: rows of SOURCES.md
    treat: tuple[str, ...]
    where: tuple[str, ...]  # kind:name
    line: int


def load_systems(prompts: Path) -> tuple[System, ...]:
    """All rows, as they stand. Raises ContentError when the file is missing or isn't TOML."""
    file = read_toml(prompts / "seed_systems.toml")
    return tuple(
        System(
            number=int(entry.get("number", 0)),
            name=str(entry.get("name", "")),
            verdict=str(entry.get("verdict", "")),
            source=str(entry.get("source", "")),
            treat=tuple(entry.get("treat", ())),
            where=tuple(entry.get("where", ())),
            line=file.table_line("system", index),
        )
        for index, entry in enumerate(file.data.get("system", []))
    )


def system_problems(prompts: Path) -> Iterator[Problem]:
    """Missing rows, treatments that nothing carries out, and places that don't exist."""
    path = prompts / "seed_systems.toml"
    systems = load_systems(prompts)
    if [system.number for system in systems] != list(range(1, 51)):
        yield Problem(path, 0, Message("check.systems_not_numbered"))
    resolvers = _resolvers(prompts)
    for system in systems:
        if not system.source.strip():
            yield Problem(path, system.line, Message("check.system_without_source", number=system.number))
        for treatment in system.treat:
            if treatment not in TREATMENTS:
                yield Problem(
                    path, system.line, Message("check.system_unknown_treatment", treatment=treatment)
                )
            elif not any(place.split(":")[0] in _NEEDED[treatment] for place in system.where):
                yield Problem(
                    path,
                    system.line,
                    Message("check.system_done_nowhere", number=system.number, treatment=treatment),
                )
        for place in system.where:
            kind, _, name = place.partition(":")
            if kind not in resolvers or not resolvers[kind](name):
                yield Problem(
                    path,
                    system.line,
                    Message("check.system_unknown_place", number=system.number, place=place),
                )


def _resolvers(prompts: Path) -> Mapping[str, Callable[[str], bool]]:
    bans = {ban.id for ban in load_forbidden(prompts)}
    intents = read_toml(prompts / "intents.toml").data
    dangers = read_toml(prompts / "dangers.toml").data.get("dangers", {})
    limits = read_toml(prompts / "limits.toml").data
    questions = read_toml(prompts / "questions.toml").data.get("questions", {})
    profile = {field.name for field in fields(Profile)}

    def event(name: str) -> bool:
        kind, _, field = name.partition(".")
        return field in EVENT_FIELDS.get(kind, ())

    def text(name: str) -> bool:
        file, _, key = name.partition("#")
        return (prompts / file).is_file() and _at(read_toml(prompts / file).data, key) is not None

    def page(name: str) -> bool:
        return all((prompts / language / "learn" / f"{name}.md").is_file() for language in LANGUAGES)

    def web(key: str) -> bool:
        files = [prompts / language / "web.toml" for language in LANGUAGES]
        return all(file.is_file() and _at(read_toml(file).data, key) is not None for file in files)

    return {
        "text": text,
        "page": page,
        "web": web,
        "event": event,
        "forbidden": bans.__contains__,
        "profile": profile.__contains__,
        "phrase": intents.__contains__,
        "danger": dangers.__contains__,
        "question": questions.__contains__,
        "limit": limits.__contains__,
        "routine": lambda name: (prompts / "routines" / f"{name}.toml").is_file(),
    }


def _at(data: Mapping[str, Any], key: str) -> Any:
    """The value at a dotted key, None if there is none."""
    value: Any = data
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
