"""A whole breath of words → the live phrase that was meant: what stands before and after the cry is skipped.

Two defences stay: only phrases of the class count, and a denial before a cry makes it none.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from skill.content.phrases import Phrase, PhraseBook
from skill.content.toml_file import read_toml
from skill.errors import ContentError
from skill.messages.message import Message

# Where several phrases were said in one breath, the one that must not be missed counts.
WEIGHT = (
    "alarm", "seizure_word", "stop", "called", "on_floor", "fell", "stomach", "other_cramp", "false_start", "cue",
    "call", "hush", "worse", "cannot", "not_better", "same", "came_back", "cramp", "standing", "helper_here", "over",
    "better", "a_little_better", "pain", "done", "good_night", "wait", "next", "confirm_cramp", "place", "side",
    "number", "help", "no", "yes", "unsure", "afraid", "thanks",
)  # fmt: skip
CLEAR = (
    "alarm",
    "seizure_word",
    "stop",
    "cramp",
    "other_cramp",
    "stomach",
    "on_floor",
    "fell",
    "help",
    "called",
)
"""What counts at the end of a breath, whatever stood before it."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_MOST_WORDS = 60
_NEAR = 0.55


@dataclass(frozen=True, slots=True)
class Skipped:
    """The words that mean nothing beside a cry: prompts/breath.toml."""

    before: frozenset[tuple[str, ...]]
    after: frozenset[tuple[str, ...]]
    negates: frozenset[str]
    written: Mapping[str, str]


def load_skipped(prompts: Path) -> Skipped:
    """Raises ContentError when the file is missing or a list in it isn't one of texts."""
    file = read_toml(prompts / "breath.toml")

    def listed(name: str) -> list[str]:
        found = file.data.get(name)
        if not isinstance(found, list) or not all(isinstance(text, str) and text.strip() for text in found):
            line = file.key_line(name) or 1
            raise ContentError(Message("content.not_a_list", path=str(file.path), line=line, name=name))
        return [str(text) for text in found]

    written = file.data.get("written", {})
    return Skipped(
        before=frozenset(tuple(text.split()) for text in listed("before")),
        after=frozenset(tuple(text.split()) for text in listed("after")),
        negates=frozenset(listed("negates")),
        written={str(key): str(value) for key, value in written.items()},
    )


def words_in(text: str, skipped: Skipped) -> tuple[str, ...]:
    """Lower case, without punctuation, contractions and digits written out."""
    plain = unicodedata.normalize("NFC", text).lower().replace("’", "'").replace("`", "'")
    found = _WORD.findall(plain)
    return tuple(word for token in found for word in skipped.written.get(token, token).split())


def understand(text: str, book: PhraseBook, grammar: str, skipped: Skipped) -> Phrase | None:
    """The live phrase of `grammar` that was said in this breath; None when it was something else."""
    words = words_in(text, skipped)[:_MOST_WORDS]
    live = {phrase.words: phrase for phrase in book.live(grammar)}
    if not words:
        return None
    if words in live:
        return live[words]
    covered = _covered(words, live, skipped)
    return covered or _at_the_end(words, live, skipped)


def _covered(
    words: tuple[str, ...], live: Mapping[tuple[str, ...], Phrase], skipped: Skipped
) -> Phrase | None:
    """All of it is live phrases and words that mean nothing: the weightiest phrase, the longest cover first."""
    best: list[tuple[int, tuple[Phrase, ...]] | None] = [(0, ())] + [None] * len(words)
    for end in range(1, len(words) + 1):
        for begin in range(end):
            so_far = best[begin]
            if so_far is None:
                continue
            part = words[begin:end]
            phrase = live.get(part)
            if phrase is not None:
                # a longer phrase is better than two short ones: «ikke bedre» over «ikke» and «bedre»
                candidate = (so_far[0] + len(part) * len(part), (*so_far[1], phrase))
            elif part in skipped.before or part in skipped.after:
                candidate = (so_far[0], so_far[1])
            else:
                continue
            here = best[end]
            if here is None or candidate[0] > here[0]:
                best[end] = candidate
    found = best[len(words)]
    if found is None or not found[1]:
        return None
    return min(reversed(found[1]), key=_weight)


def _weight(phrase: Phrase) -> int:
    return WEIGHT.index(phrase.intent.name) if phrase.intent.name in WEIGHT else len(WEIGHT)


def _at_the_end(
    words: tuple[str, ...], live: Mapping[tuple[str, ...], Phrase], skipped: Skipped
) -> Phrase | None:
    """The longest clear phrase that ends the breath, unless a denial stands just before it."""
    for ends in _endings(words, skipped):
        for begin in range(len(ends)):
            phrase = live.get(ends[begin:])
            if phrase is None or phrase.intent.name not in CLEAR or len(phrase.words) < 2:
                continue
            return None if skipped.negates & set(ends[max(begin - 2, 0) : begin]) else phrase
    return None


def _endings(words: tuple[str, ...], skipped: Skipped) -> Iterator[tuple[str, ...]]:
    """The breath, and the breath without the words after the cry that mean nothing."""
    yield words
    for length in (1, 2, 3, 4):
        if len(words) > length and words[-length:] in skipped.after:
            yield words[:-length]


def near(text: str, book: PhraseBook, grammar: str, skipped: Skipped, most: int = 3) -> tuple[str, ...]:
    """Live phrases of `grammar` that are written most alike; none when nothing is."""
    said = " ".join(words_in(text, skipped))
    texts = [phrase.text for phrase in book.live(grammar)]
    return tuple(difflib.get_close_matches(said, texts, n=most, cutoff=_NEAR))
