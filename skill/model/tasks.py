"""What a model is asked to do with recordings: choose among n, obey one grammar, ignore talk."""

from __future__ import annotations

import random
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from skill.content.phrases import PhraseBook
from skill.errors import ModelError
from skill.model.build import PHRASE_JOINT, read_list, unit_name
from skill.model.decoder import Heard, Job
from skill.model.recordings import Clip


@dataclass(frozen=True)
class Grammar:
    """Phrases that are live together, and what each means (by default: itself)."""

    name: str
    phrases: tuple[str, ...]
    meaning: Mapping[str, str] = field(default_factory=dict)

    def means(self, phrase: str) -> str:
        return self.meaning.get(phrase, phrase)

    def units(self, vocabulary: Container[str]) -> tuple[str, ...]:
        """As the model writes them: a phrase as one unit where it has it, else its words."""
        return tuple(
            unit_name(phrase) if unit_name(phrase) in vocabulary else phrase for phrase in self.phrases
        )


def grammar_from_list(path: Path) -> Grammar:
    """A file with one phrase a line. Raises ModelError when it is empty or can't be read."""
    phrases = tuple(dict.fromkeys(read_list(path)))
    if not phrases:
        raise ModelError(f"{path} lists no phrases.")
    return Grammar(path.stem, phrases)


def grammars_from_book(book: PhraseBook, names: Sequence[str] = ()) -> list[Grammar]:
    """The product's grammar classes (all, if no `names`); phrases mean their intents."""
    unknown = [name for name in names if name not in book.grammars]
    if unknown:
        raise ModelError(f"There is no grammar «{unknown[0]}»; there are {', '.join(book.grammars)}.")
    return [
        Grammar(
            name,
            tuple(phrase.text for phrase in book.live(name)),
            {p.text: f"{p.intent.name}:{p.intent.value}" for p in book.live(name)},
        )
        for name in names or book.grammars
    ]


def sayable(phrase: str, vocabulary: Container[str]) -> bool:
    """Can the model answer with `phrase`, as a unit or word for word?"""
    return unit_name(phrase) in vocabulary or all(word in vocabulary for word in phrase.split())


def heard_phrase(text: str) -> str:
    return text.replace(PHRASE_JOINT, " ")


# --- one word among n ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """A clip, and the n phrases of which one was said."""

    clip: Clip
    candidates: tuple[str, ...]


def choices(clips: Sequence[Clip], n: int, seed: int, vocabulary: Container[str]) -> list[Choice]:
    """For each clip, its own transcript and n − 1 others of the same group, drawn by `seed` and file name.

    Clips whose transcript the model can't answer with are left out. A group with fewer than n
    transcripts gives smaller sets.
    """
    groups: dict[str, set[str]] = {}
    usable = [clip for clip in clips if clip.transcript and sayable(clip.transcript, vocabulary)]
    for clip in usable:
        groups.setdefault(clip.group, set()).add(clip.transcript)
    found = []
    for clip in usable:
        draw = random.Random(f"{seed}:{n}:{clip.group}/{clip.path.name}")
        others = sorted(groups[clip.group] - {clip.transcript})
        candidates = [clip.transcript, *draw.sample(others, min(n - 1, len(others)))]
        draw.shuffle(candidates)
        found.append(Choice(clip, tuple(candidates)))
    return found


def choice_jobs(found: Sequence[Choice], vocabulary: Container[str]) -> list[Job]:
    return [Job(c.clip, Grammar("", c.candidates).units(vocabulary)) for c in found]


# --- one grammar ---------------------------------------------------------------------------------------


def grammar_jobs(clips: Sequence[Clip], grammar: Grammar, vocabulary: Container[str]) -> list[Job]:
    """Each clip that says one of the grammar's phrases. Raises ModelError if the model lacks a word."""
    missing = [phrase for phrase in grammar.phrases if not sayable(phrase, vocabulary)]
    if missing:
        raise ModelError(
            f"The model can't hear {len(missing)} phrases of «{grammar.name}», «{missing[0]}» for one; "
            "build one that can (krampevakt model build)."
        )
    units = grammar.units(vocabulary)
    wanted = set(grammar.phrases)
    return [Job(clip, units) for clip in clips if clip.transcript in wanted]


def accepted_phrases(heard: Heard, least_confidence: float = 0.0) -> list[str]:
    """What the product would act on: finals that are one whole phrase, surely enough."""
    phrases = set(map(heard_phrase, heard.job.grammar))
    return [
        heard_phrase(final.text)
        for final in heard.finals
        if heard_phrase(final.text) in phrases and final.confidence >= least_confidence
    ]
