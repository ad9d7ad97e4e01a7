"""Every key that the program uses has a text in each language with the same placeholders, and no text is unused."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import skill
from skill.languages import LANGUAGES
from skill.messages.catalogue import message_keys, message_text

ROOT = Path(skill.__file__).parent
KEYS = frozenset(message_keys())
CODE = sorted(ROOT.rglob("*.py"))


def placeholders(text: str) -> set[tuple[str, str]]:
    """(name, how it is written) of each."""
    return {(name, how or "") for _, name, how, _ in string.Formatter().parse(text) if name is not None}


def constants(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def calls(tree: ast.AST) -> Iterator[tuple[int, str, set[str]]]:
    """Line, key and names of values of each `Message("key", …)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message":
            key = node.args[0]
            if isinstance(key, ast.Constant) and not any(word.arg is None for word in node.keywords):
                yield node.lineno, str(key.value), {str(word.arg) for word in node.keywords}


LOOKED_UP = (
    "help.",
    "click.",
    "ward.page_",
)  # found by the names of commands, by click's own words (tests/commands/test_help.py), by templates (tests/ward)


@pytest.mark.parametrize("key", sorted(key for key in KEYS if not key.startswith("click.")))
def test_the_three_languages_take_the_same(key: str) -> None:
    texts = [message_text(key, language) for language in LANGUAGES]
    assert all(text.strip() == text != "" for text in texts)
    assert placeholders(texts[0]) == placeholders(texts[1]) == placeholders(texts[2])


def test_every_key_in_the_code_has_its_texts_and_gets_exactly_what_they_take() -> None:
    wrong = []
    for path in CODE:
        for line, key, given in calls(ast.parse(path.read_text(encoding="utf-8"))):
            wanted = {name for name, _ in placeholders(message_text(key, "nb"))} if key in KEYS else None
            if wanted != given:
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {key} takes {wanted}, and is given {given}")
    assert wrong == []


def test_no_text_is_unused() -> None:
    used = {text for path in CODE for text in constants(ast.parse(path.read_text(encoding="utf-8")))}
    assert sorted(key for key in KEYS - used if not key.startswith(LOOKED_UP)) == []
