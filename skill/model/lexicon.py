"""How words are said: from the lexicon, else as a compound of its words, else by a guess.

lexicon.tsv has a line for each way to say a word: word, phones separated by spaces, tag, note of where it
comes from, separated by tabs; the usual way comes first. Lines that begin with # are remarks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from skill.errors import ModelError
from skill.messages.message import Message
from skill.model import espeak
from skill.model.graph import Pronunciation
from skill.model.letters import read_letters

Origin = Literal["lexicon", "compound", "letters", "espeak-ng"]
LetterToSound = Callable[[Sequence[str]], Sequence[tuple[Pronunciation, ...]]]

_SHORTEST_PART = 3  # letters; shorter ones split everything into something


@dataclass(frozen=True)
class Entry:
    """One line of the lexicon."""

    word: str
    phones: Pronunciation
    tag: str = ""  # dialect or style: "bm", "nn", "trønder", "reduced", …
    source: str = ""


@dataclass(frozen=True)
class SpokenWord:
    """The ways to say a word, and where they were found."""

    word: str
    ways: tuple[Pronunciation, ...]
    origin: Origin


@dataclass(frozen=True)
class Lexicon:
    """All entries, in the order of the file."""

    entries: tuple[Entry, ...]

    @cached_property
    def by_word(self) -> Mapping[str, tuple[Pronunciation, ...]]:
        found: dict[str, list[Pronunciation]] = {}
        for entry in self.entries:
            ways = found.setdefault(entry.word, [])
            if entry.phones not in ways:
                ways.append(entry.phones)
        return {word: tuple(ways) for word, ways in found.items()}

    def compound(self, word: str) -> Pronunciation | None:
        """`word` as two words of the lexicon, with or without an s between ("legg" + "krampe")."""
        best: tuple[int, Pronunciation] | None = None
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            head, tail = word[:cut], word[cut:]
            second = self.by_word.get(tail)
            first = self.by_word.get(head)
            if first is None and head.endswith("s") and len(head) > _SHORTEST_PART:
                stem = self.by_word.get(head[:-1])
                first = ((*stem[0], "s"),) if stem else None
            if first and second:
                evenness = min(len(head), len(tail))
                if best is None or evenness > best[0]:
                    best = (evenness, (*first[0], *second[0]))
        return best[1] if best else None


def read_lexicon(path: Path, known: frozenset[str]) -> Lexicon:
    """Read `path`; `known` are the phones of the acoustic model.

    Raises ModelError naming file and line.
    """
    entries = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(Message("model.lexicon_unreadable", path=path, error=error)) from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("\t")]
        word, phones = columns[0], tuple(columns[1].split()) if len(columns) > 1 else ()
        if not word or not phones:
            raise ModelError(Message("model.lexicon_line", path=path, number=number))
        if word != unicodedata.normalize("NFC", word):
            raise ModelError(Message("model.lexicon_letters_in_parts", path=path, number=number, word=word))
        strange = [p for p in phones if p not in known]
        if strange:
            raise ModelError(
                Message("model.lexicon_unknown_phone", path=path, number=number, phone=strange[0])
            )
        entries.append(Entry(word, phones, *(columns[2:4])))
    return Lexicon(tuple(entries))


def letters_of(model: Path) -> LetterToSound | None:
    """The guesser by spelling that comes with `model`, read when it is first asked; None if it has none."""
    path = model / "letters.gz"
    if not path.is_file():
        return None
    return lambda words: read_letters(path)(words)


@dataclass(frozen=True)
class Pronouncer:
    """Asks the lexicon first, then ever worse guessers."""

    lexicon: Lexicon
    known: frozenset[str]
    letters: LetterToSound | None = None
    guess: bool = True  # False: only the lexicon and its compounds

    def pronounce(self, words: Iterable[str]) -> dict[str, SpokenWord]:
        """Every word with its ways, or ModelError naming those that nothing can pronounce."""
        found: dict[str, SpokenWord] = {}
        missing: list[str] = []
        for word in dict.fromkeys(words):
            ways = self.lexicon.by_word.get(word)
            compound = None if ways else self.lexicon.compound(word)
            if ways:
                found[word] = SpokenWord(word, ways, "lexicon")
            elif compound:
                found[word] = SpokenWord(word, (compound,), "compound")
            else:
                missing.append(word)
        for guesser in (self._by_letters, self._by_espeak) if self.guess else ():
            found |= {spoken.word: spoken for spoken in guesser(missing)}
            missing = [word for word in missing if word not in found]
        if missing:
            names = ", ".join(f"«{word}»" for word in missing[:5]) + (" …" if len(missing) > 5 else "")
            raise ModelError(Message("model.no_pronunciation", names=names))
        return found

    def _by_letters(self, words: Sequence[str]) -> Iterator[SpokenWord]:
        if self.letters is None or not words:
            return
        for word, ways in zip(words, self.letters(words), strict=True):
            if ways and all(phone in self.known for way in ways for phone in way):
                yield SpokenWord(word, ways, "letters")

    def _by_espeak(self, words: Sequence[str]) -> Iterator[SpokenWord]:
        for word, said in zip(words, espeak.phonemes(words), strict=True):
            way = espeak.to_phones(said, self.known)
            if way:
                yield SpokenWord(word, (way,), "espeak-ng")
