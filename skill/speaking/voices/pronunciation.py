"""How words are spelled for espeak-ng where it would say them wrongly: data of prompts/pronunciation.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from skill.errors import ContentError
from skill.languages import Language
from skill.messages.message import Message

_WORD = re.compile(r"\[\[.*?\]\]|[^\W_]+(?:['’-][^\W_]+)*")

RespellingTable = Mapping[str, str]


class Respelling:
    """Replaces whole words, whatever their case, by respellings or espeak-ng phonemes in [[ ]]."""

    def __init__(self, tables: Mapping[str, RespellingTable]) -> None:
        """`tables`: language → word in lower case → what espeak-ng is given instead."""
        self._tables = tables

    def table(self, language: Language) -> RespellingTable:
        """nynorsk is read by the bokmål voice: its own entries stand above those of bokmål."""
        own = self._tables.get(language, {})
        return {**self._tables.get("nb", {}), **own} if language == "nn" else own

    def apply(self, text: str, language: Language) -> str:
        """The text as espeak-ng is given it."""
        table = self.table(language)
        return _WORD.sub(lambda match: table.get(match.group().lower(), match.group()), text)


def load_respelling(file: Path) -> Respelling:
    """prompts/pronunciation.toml. Raises ContentError with file and line."""
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(Message("speaking.respelling_broken", file=file.name, error=error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(Message("audio.file_unreadable", name=file.name, error=error)) from error
    tables: dict[str, RespellingTable] = {}
    for language, table in data.items():
        if not isinstance(table, dict):
            raise ContentError(
                Message("speaking.respelling_outside_table", file=file.name, language=language)
            )
        for word, spelled in table.items():
            if not isinstance(spelled, str) or not spelled:
                raise ContentError(
                    Message("speaking.respelling_no_text", file=file.name, language=language, word=word)
                )
        tables[language] = {word.lower(): spelled for word, spelled in table.items()}
    return Respelling(tables)
