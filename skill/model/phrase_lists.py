"""Phrases that are live together, from a file or from the product's own tables, and whether a model can say them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from skill.content.phrases import PhraseBook
from skill.errors import ModelError
from skill.messages.message import Message
from skill.model.build import phrase_token, read_list


@dataclass(frozen=True)
class PhraseList:
    """Phrases that are live together, and what each means (by default: itself)."""

    name: str
    phrases: tuple[str, ...]
    meaning: Mapping[str, str] = field(default_factory=dict)

    def means(self, phrase: str) -> str:
        return self.meaning.get(phrase, phrase)

    def units(self, vocabulary: Container[str]) -> tuple[str, ...]:
        """As the model writes them: a phrase as one unit where it has it, else its words."""
        return tuple(
            phrase_token(phrase) if phrase_token(phrase) in vocabulary else phrase for phrase in self.phrases
        )


def grammar_from_list(path: Path) -> PhraseList:
    """A file with one phrase a line. Raises ModelError when it is empty or can't be read."""
    phrases = tuple(dict.fromkeys(read_list(path)))
    if not phrases:
        raise ModelError(Message("model.lists_no_phrases", path=path))
    return PhraseList(path.stem, phrases)


def grammars_from_book(book: PhraseBook, names: Sequence[str] = ()) -> list[PhraseList]:
    """The product's grammar classes (all, if no `names`); phrases mean their intents."""
    unknown = [name for name in names if name not in book.grammars]
    if unknown:
        raise ModelError(Message("model.no_grammar", name=unknown[0], known=", ".join(book.grammars)))
    return [
        PhraseList(
            name,
            tuple(phrase.text for phrase in book.live(name)),
            {p.text: f"{p.intent.name}:{p.intent.value}" for p in book.live(name)},
        )
        for name in names or book.grammars
    ]


def sayable(phrase: str, vocabulary: Container[str]) -> bool:
    """Can the model answer with `phrase`, as a unit or word for word?"""
    return phrase_token(phrase) in vocabulary or all(word in vocabulary for word in phrase.split())
