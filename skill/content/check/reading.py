"""Can a sentence be taken in by someone half asleep, and is one thing written in one way?

At most so many words and one action in a sentence that is spoken; one spelling in all that is spoken or shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from skill.content.check.sounds import sentences
from skill.content.toml_file import read_toml
from skill.messages.message import Message


@dataclass(frozen=True, slots=True)
class Reading:
    """What counts as too much: prompts/reading.toml."""

    most_words: int
    actions: dict[str, frozenset[str]]  # language -> verbs in the imperative
    joins: dict[str, frozenset[str]]  # language -> words that join two clauses
    instead: Mapping[
        str, Mapping[str, str]
    ]  # language -> words that are not written -> what is written instead

    def otherwise_written(self, text: str, language: str) -> Iterator[Message]:
        """Words of `text` that are written in another way everywhere else, a message each."""
        for word, instead in self.instead.get(language, {}).items():
            found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
            if found:
                yield Message("check.written_otherwise", found=found[0], instead=instead)

    def complaints(self, text: str, language: str) -> Iterator[Message]:
        """What makes `text` too hard, a message each."""
        for words in sentences(text):
            if len(words) > self.most_words:
                yield Message(
                    "check.sentence_too_long",
                    count=len(words),
                    most=self.most_words,
                    sentence=" ".join(words),
                )
            verbs = self._actions(words, language)
            if len(verbs) > 1:
                yield Message("check.two_actions", verbs=", ".join(verbs), sentence=" ".join(words))

    def _actions(self, words: tuple[str, ...], language: str) -> list[str]:
        """Verbs that begin a clause: the first word of the sentence, or the word after "og" and its like."""
        starts = [0] + [at + 1 for at, word in enumerate(words) if word in self.joins.get(language, ())]
        return [words[at] for at in starts if at < len(words) and words[at] in self.actions.get(language, ())]


def load_reading(prompts: Path) -> Reading:
    """Raises ContentError when the file is missing or broken."""
    data = read_toml(prompts / "reading.toml").data
    return Reading(
        most_words=int(data["most_words"]),
        actions={language: frozenset(verbs) for language, verbs in data["actions"].items()},
        joins={language: frozenset(words) for language, words in data["joins"].items()},
        instead=data.get("instead", {}),
    )
