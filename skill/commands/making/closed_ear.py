"""Our own model as a judge of the voice: it knows the sentences of a language and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from skill.audio.sound import Sound, resample
from skill.hearing.recognise.recogniser import VoskModel
from skill.model.build import build, phrase_token, plain_words

_QUIET_S = 0.3  # at both ends: a recogniser that is fed nothing after the last sound drops it


class ClosedSetEar:
    """Tells which of the sentences a sound is. Not for two threads at once."""

    def __init__(self, base_model: Path, sentences: Iterable[str]) -> None:
        """Each sentence becomes one unit of a graph on the acoustic model of `base_model`, its words said in every
        way of that model's own lexicon, with silence between any two. Sentences of the same words are one.

        Raises ModelError.
        """
        self._sentence_of: dict[str, str] = {}
        for sentence in sentences:
            self._sentence_of.setdefault(_unit(sentence), sentence)
        said = sorted({" ".join(plain_words(sentence)) for sentence in self._sentence_of.values()})
        with tempfile.TemporaryDirectory() as folder:
            build(
                [text for text in said if " " not in text],
                [text for text in said if " " in text],
                base_model,
                Path(folder),
            )
            model = VoskModel(Path(folder))
        self._recogniser = model.recogniser(sorted(self._sentence_of))

    def heard_as(self, sentence: str, sound: Sound) -> str:
        """What it takes the sound for: `sentence` itself, another one, or several; "" where it hears nothing."""
        quiet = round(_QUIET_S * 16_000)
        self._recogniser.feed(np.pad(resample(sound, 16_000).samples, quiet).tobytes())
        units = self._recogniser.finish().split()
        if units == [_unit(sentence)]:
            return sentence
        return " ".join(self._sentence_of.get(unit, unit) for unit in units)


def _unit(sentence: str) -> str:
    return phrase_token(" ".join(plain_words(sentence)))
