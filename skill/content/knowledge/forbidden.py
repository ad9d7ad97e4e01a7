"""What must never be said: prompts/forbidden.toml, and finding it in texts and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from skill.content.toml_file import Problem, content_error, read_toml
from skill.messages.message import Message

Where = Literal["spoken", "pages"]


@dataclass(frozen=True, slots=True)
class Ban:
    """One thing that must not be said, as a regular expression over the text in lower case."""

    id: str
    why: str
    rules: tuple[int, ...]  # of the 26 safety rules
    where: frozenset[str]
    expression: re.Pattern[str]

    def found_in(self, text: str) -> str:
        """The words that break it, "" if none do."""
        match = self.expression.search(text.lower())
        return match[0] if match else ""


def load_forbidden(prompts: Path) -> tuple[Ban, ...]:
    """All bans; raises ContentError with file and line for a broken one."""
    file = read_toml(prompts / "forbidden.toml")
    bans = []
    for index, entry in enumerate(file.data.get("forbidden", [])):
        line = file.table_line("forbidden", index)
        parts = [*map(_word, entry.get("words", ())), *entry.get("patterns", ())]
        where = frozenset(entry.get("where", ("spoken", "pages")))
        try:
            ban = Ban(
                id=entry["id"],
                why=entry["why"],
                rules=tuple(entry.get("rules", ())),
                where=where,
                expression=re.compile("|".join(f"(?:{part})" for part in parts)),
            )
        except (KeyError, re.error) as error:
            raise content_error(
                Problem(file.path, line, Message("content.ban_unusable", error=error))
            ) from error
        if not parts or not where <= {"spoken", "pages"}:
            raise content_error(Problem(file.path, line, Message("content.ban_without_words")))
        bans.append(ban)
    return tuple(bans)


def _word(word: str) -> str:
    """A whole word or words; "*" at either end stands for any letters."""
    inner = re.escape(word.strip("*").lower()).replace(r"\ ", r"\s+")
    left = "" if word.startswith("*") else r"(?<!\w)"
    right = "" if word.endswith("*") else r"(?!\w)"
    return f"{left}{inner}{right}"


def broken(bans: tuple[Ban, ...], text: str, where: Where) -> Iterator[tuple[Ban, str]]:
    """The bans that `text` breaks, each with the words that do."""
    for ban in bans:
        words = ban.found_in(text) if where in ban.where else ""
        if words:
            yield ban, words
