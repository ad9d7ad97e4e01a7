"""Every value that prompts/ may set has a reader in the program: else a person changes it, and nothing happens."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from skill.content.dangers import Cue, Danger
from skill.content.limits import Limits
from skill.content.questions import Question
from skill.content.steps import Item, Protocol, Routine, Rung
from skill.content.toml_file import Problem
from skill.messages.message import Message

_KINDS: tuple[tuple[type, str], ...] = (
    (Limits, "limits.toml"), (Item, "protocols"), (Rung, "protocols"), (Protocol, "protocols"), (Routine, "routines"),
    (Question, "questions.toml"), (Danger, "dangers.toml"), (Cue, "dangers.toml"),
)  # fmt: skip
"""What is read from prompts/, and where a person would look for it."""

PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Unread:
    """A field that nobody asks for."""

    kind: str
    name: str
    file: str


def unread(prompts: Path, package: Path = PACKAGE) -> tuple[Unread, ...]:
    """Fields that no line of the program reads and that prompts/ names nowhere as a pause or a hold."""
    read = frozenset(_attributes(package.rglob("*.py")))
    named = frozenset(word for path in prompts.rglob("*.toml") for word in _strings(path))
    return tuple(
        Unread(kind.__name__, field.name, file)
        for kind, file in _KINDS
        for field in fields(kind)
        if field.name not in read and not (kind is Limits and field.name in named)
    )


def unread_problems(prompts: Path) -> Iterator[Problem]:
    """The same, as a person is told of it."""
    for each in unread(prompts):
        yield Problem(
            prompts / each.file,
            0,
            Message("check.not_read", name=each.name),
        )


def _attributes(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                yield node.attr


def _strings(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield from line.split('"')[1::2]
