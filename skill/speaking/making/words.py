"""How sentences are said: words looked up in a table, so that the engine is given sounds, never letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from skill.errors import VoiceError
from skill.languages import Language
from skill.messages.message import Message

WordSounds = tuple[str, ...]  # phones with «ˈ» and «ˌ» before stressed vowels, «|» between words
Guess = Callable[[str], Sequence[str] | None]

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[,;:.?!–—]")
_PAUSES = {",": ",", ";": ",", ":": ",", "–": ",", "—": ",", ".": ".", "?": "?", "!": "."}
_MOST_WORDS = 3  # of one entry of the table


class UnsayableSentence(VoiceError):
    """A word of the sentence is in no table, and nobody can guess it."""


class SpokenWords:
    """The table of one language."""

    def __init__(self, table: Mapping[str, WordSounds], guess: Guess = lambda _: None) -> None:
        """`guess`: sounds of a word that the table lacks, or None."""
        self._table = table
        self._guess = guess

    def sounds(self, sentence: str) -> WordSounds:
        """The sounds of a sentence, «,», «.» or «?» among them where it pauses or ends.

        Raises:
            UnsayableSentence: a word has no pronunciation.
        """
        tokens = _TOKEN.findall(sentence)
        out: list[str] = []
        at = 0
        while at < len(tokens):
            if tokens[at] in _PAUSES:
                out.append(_PAUSES[tokens[at]])
                at += 1
                continue
            taken, said = self._longest(tokens[at : at + _MOST_WORDS], sentence)
            out += (["|"] if out else []) + list(said)
            at += taken
        if out and out[-1] not in ".?":
            out.append(".")
        return tuple(out)

    def missing(self, sentence: str) -> tuple[str, ...]:
        """Words of a sentence that the table itself lacks."""
        words = [token.lower() for token in _TOKEN.findall(sentence) if token not in _PAUSES]
        return tuple(word for word in words if word not in self._table)

    def _longest(self, tokens: Sequence[str], sentence: str) -> tuple[int, Sequence[str]]:
        words = [token.lower() for token in tokens]
        for count in range(len(words), 0, -1):
            said = self._table.get(" ".join(words[:count]))
            if said is not None:
                return count, said
        guessed = self._guess(words[0])
        if not guessed:
            raise UnsayableSentence(
                Message("speaking.word_without_sounds", word=tokens[0], sentence=sentence)
            )
        return 1, guessed


def read_words(file: Path, language: Language) -> dict[str, WordSounds]:
    """The table of words.tsv for one language. Raises VoiceError for a line that isn't three columns."""
    table: dict[str, WordSounds] = {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != 3 or not columns[2].split():
            raise VoiceError(Message("speaking.words_wrong_line", file=file.name, number=number))
        if language in columns[1].split():
            table[columns[0]] = tuple(columns[2].split())
    return table
