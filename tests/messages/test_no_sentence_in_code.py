"""What the program says stands in the catalogue and never in the code, or it could be said in one language only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import skill

ROOT = Path(skill.__file__).parent
NORWEGIAN = re.compile(
    r"[æøåÆØÅ]|\b(av|den|det|du|eller|er|finnes|fra|har|ikke|ingen|kan|kjør|med|mangler|men|må|og|på|skal|som|til|være)\b",
    re.I,
)
ELSEWHERE = {
    "content/phrases.py": "letters that a phrase may be written with",
    "model": "sounds and letters of Norwegian",
    "web/showing/dates.py": "dates as they are written in each language",
    "wyoming_server/server.py": "the name of the language in that language, for Home Assistant",
}


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every string with a space in it that isn't documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(p.value if isinstance(p, ast.Constant) else "…" for p in node.values)
        elif isinstance(node, ast.Constant) and id(node) not in documentation | parts:
            yield node.lineno, node.value if isinstance(node.value, str) else ""


def is_elsewhere(path: Path) -> bool:
    name = path.relative_to(ROOT)
    return any(str(each) in ELSEWHERE for each in (name, *name.parents))


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_norwegian_sentence_stands_in_the_code(path: Path) -> None:
    if is_elsewhere(path):
        return
    found = [f"{line}: {text}" for line, text in sentences(path) if " " in text and NORWEGIAN.search(text)]
    assert found == []


def errors_of_ours() -> frozenset[str]:
    """Names of all classes below KrampevaktError: what a person may read."""
    below = {"KrampevaktError"}
    classes = [
        (node.name, {ast.unparse(base).rpartition(".")[2] for base in node.bases})
        for path in sorted(ROOT.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    while more := {name for name, bases in classes if bases & below} - below:
        below |= more
    return frozenset(below)


ERRORS = errors_of_ours()


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_an_error_that_a_person_may_read_carries_a_message(path: Path) -> None:
    """In whatever language: a sentence written where it is raised can be said in one only."""
    written = [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in ERRORS
        and node.args
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
    ]
    assert written == []


def test_errors_are_found_below_others() -> None:
    assert {"ModelError", "SecondEarMissing", "DamagedJournal", "ImportRefusedError"} <= ERRORS
