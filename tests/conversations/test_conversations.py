"""Every script in this folder, played through the real phrases and dialogue, and held against what it expects."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from skill.commands.bedside.rehearse import make_product, read_lines, read_profile
from skill.dialogue.state import initial
from skill.simulation.rehearsal import Product, Rehearsal, SpokenRow, rehearse_lines

SCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


@dataclass
class Expected:
    language: str = "nb"
    profile: list[str] = field(default_factory=list)
    knows: list[str] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)


def expected(path: Path) -> Expected:
    found = Expected()
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#!"):
            continue
        kind, _, what = line[2:].strip().partition(" ")
        if kind == "language":
            found.language = what
        elif kind == "profile":
            found.profile.append(what)
        elif kind == "knows":
            found.knows.append(what)
        else:
            found.lines.append((kind, what))
    return found


@cache
def product(language: str, profile: tuple[str, ...]) -> Product:
    return make_product(language, read_profile(profile))


def played(path: Path) -> list[SpokenRow]:
    wanted = expected(path)
    rehearsal = Rehearsal(product(wanted.language, tuple(wanted.profile)), initial(frozenset(wanted.knows)))
    return rehearse_lines(rehearsal, read_lines(path.read_text(encoding="utf-8"), path.name))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_conversation_goes_as_written(path: Path) -> None:
    rows = played(path)
    story = "\n".join(f"{row.at_s:6.1f} {row.who:>10} {row.text}" for row in rows)
    said = [row.text for row in rows if row.who == "krampevakt"]
    ends = [row.text for row in rows if row.text.startswith("episode_ended")]
    after = 0
    for kind, what in expected(path).lines:
        if kind == "says":
            at = next((i for i in range(after, len(said)) if what in said[i]), None)
            assert at is not None, f"«{what}» is never said, or not in this order:\n{story}"
            after = at
        elif kind == "never":
            assert not [text for text in said if what in text], f"«{what}» is said:\n{story}"
        elif kind == "journal":
            assert [row for row in rows if row.who == "journal" and what in row.text], story
        elif kind == "ends":
            assert ends and ends[-1] == f"episode_ended reason={what}", story
        elif kind == "quiet_within":
            assert not [r for r in rows if r.who == "krampevakt" and r.at_s > float(what)], story
        elif kind == "silent":
            assert not said, story
        else:
            raise AssertionError(f"{path.name}: «{kind}» is no expectation")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_conversation_comes_to_rest(path: Path) -> None:
    started = [r for r in played(path) if r.text.startswith("episode_started")]
    ended = [r for r in played(path) if r.text.startswith("episode_ended")]
    assert len(started) == len(ended)


def test_there_are_enough_of_them() -> None:
    assert len(SCRIPTS) >= 60
