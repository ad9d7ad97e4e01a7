"""What is read aloud at enrolment, and which ordinary sentences it is compared with (prompts/enrol.toml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from skill.content.phrases import PhraseBook
from skill.content.toml_file import read_toml
from skill.errors import ContentError
from skill.hearing.recognise.grammar import normalised
from skill.languages import Language
from skill.messages.message import Message

START_IN, ANSWERS_IN = "idle", "yes_no"  # grammar classes
TIMES = 3  # each start phrase, and each answer, is asked for so often
_LABELS = frozenset({"nær", "fjern", "borte", "langt", "lavt", "høyt", "near", "far", "soft", "loud"})


@dataclass(frozen=True, slots=True)
class Readings:
    """All in small letters, without signs."""

    start: tuple[str, ...]
    answers: tuple[str, ...]
    other: tuple[str, ...]
    ordinary: tuple[str, ...]

    @property
    def known(self) -> frozenset[str]:
        return frozenset((*self.start, *self.answers, *self.other))


def load_readings(prompts: Path, language: Language, book: PhraseBook) -> Readings:
    """Raises ContentError, with file and line, where a list is missing or a phrase can't be heard."""
    file = read_toml(prompts / "enrol.toml")
    table, ordinary = file.data.get(language, {}), file.data.get("ordinary", {})
    lists = {name: tuple(table.get(name, ())) for name in ("start", "answers", "other")}
    lists["sentences"] = tuple(ordinary.get("sentences", ()))
    missing = next((name for name, found in lists.items() if not found), None)
    if missing is not None:
        line = file.table_line(language)
        raise ContentError(Message("enrol.list_missing", path=file.path, line=line, name=missing))
    for name, grammar in (("start", START_IN), ("answers", ANSWERS_IN)):
        for phrase in lists[name]:
            if book.meaning(phrase, grammar) is None:
                line = file.value_line(phrase, file.table_line(language))
                raise ContentError(Message("enrol.phrase_unknown", path=file.path, line=line, phrase=phrase))
    return Readings(lists["start"], lists["answers"], lists["other"], lists["sentences"])


def said_in(file: Path) -> str:
    """«krampe_i_leggen_nær_2.wav» → «krampe i leggen»: numbers and where it was said don't count."""
    words = normalised(re.sub(r"[_\-.]+", " ", file.stem).lower()).split()
    while words and (words[-1].isdigit() or words[-1] in _LABELS):
        words.pop()
    return " ".join(words)
