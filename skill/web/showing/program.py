"""The program's own sentences (errors, and what they mean for the night) in the language of the page.

Every part of the program writes them in bokmål. `prompts/program.toml` holds each as it is written, with
{placeholders}, beside its nynorsk and English. What is put in may be such a sentence again.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from skill.errors import ContentError
from skill.languages import Language

FILE_NAME = "program.toml"
_PLACE = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: how to know it again, and what it is called in the other languages."""

    bokmål: str
    known_by: re.Pattern[str]
    texts: dict[Language, str]


def load_sentences(prompts: Path) -> tuple[Sentence, ...]:
    """All sentences of the file, the most particular first. Raises ContentError."""
    path = prompts / FILE_NAME
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["sentence"]
        found = [Sentence(row["nb"], pattern(row["nb"]), {"nn": row["nn"], "en": row["en"]}) for row in rows]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise ContentError(f"{path}: {error}") from error
    return tuple(sorted(found, key=lambda sentence: -len(_PLACE.sub("", re.escape(sentence.bokmål)))))


def pattern(bokmål: str) -> re.Pattern[str]:
    """What a sentence looks like once its {placeholders} are filled in."""
    return re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(bokmål)), re.S)


def translated(sentence: str, language: Language, known: tuple[Sentence, ...]) -> str | None:
    """The sentence in `language`; None where it isn't known there."""
    if language == "nb":
        return sentence
    for each in known:
        if match := each.known_by.fullmatch(sentence):
            filled = {k: translated(v, language, known) or v for k, v in match.groupdict().items()}
            return each.texts[language].format_map(filled)
    return None


def shown(sentence: str, language: Language, known: tuple[Sentence, ...]) -> Markup:
    """For a page: in its language, else in bokmål and marked as that, for readers that speak."""
    found = translated(sentence, language, known)
    return escape(found) if found is not None else Markup('<span lang="nb">{}</span>').format(sentence)
