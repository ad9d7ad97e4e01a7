"""What a model is asked to do with recordings: choose among n, obey one grammar, ignore talk."""

from __future__ import annotations

import random
from collections.abc import Container, Sequence
from dataclasses import dataclass

from models.measuring.decoders.vosk import Heard, Job
from models.measuring.recordings import Clip
from skill.errors import ModelError
from skill.model.phrase_lists import PhraseList, sayable
from skill.vocabulary import PHRASE_JOINT


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
    return [Job(c.clip, PhraseList("", c.candidates).units(vocabulary)) for c in found]


# --- one grammar ---------------------------------------------------------------------------------------


def grammar_jobs(clips: Sequence[Clip], grammar: PhraseList, vocabulary: Container[str]) -> list[Job]:
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
