"""The speech recogniser behind a protocol, and Vosk as its first implementation.

One model, many recognisers: each grammar class has its own (`recognisers.py`), because changing a grammar while an
utterance runs can end the process (libvosk throws where nobody catches).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from skill.audio.samples import RATE_HZ
from skill.errors import ModelError
from skill.hearing.recognise.evidence import LeastEvidence, least_evidence
from skill.hearing.recognise.model_folder import check_model_folder
from skill.messages.message import Message
from skill.vocabulary import UNKNOWN_WORD


class Recogniser(Protocol):
    """Decodes one utterance at a time in one grammar."""

    def feed(self, samples: bytes) -> None:
        """Samples of the running utterance: 16-bit, mono, 16 kHz."""
        ...

    def partial(self) -> str:
        """The best words so far; may lag half a second behind and may still be wrong."""
        ...

    def finish(self) -> str:
        """The best words of the utterance, with nothing left undecoded. The next `feed` begins a new one."""
        ...


class SpeechModel(Protocol):
    """A loaded model."""

    @property
    def words(self) -> tuple[str, ...]:
        """Its vocabulary: words, units and `[unk]`."""
        ...

    @property
    def least_evidence(self) -> LeastEvidence | None:
        """How surely it must have heard a phrase to be believed; None if that isn't known of this model."""
        ...

    def knows(self, word: str) -> bool: ...

    def recogniser(self, grammar: Sequence[str]) -> Recogniser:
        """A recogniser that answers only with entries of `grammar` (tokens separated by single spaces)."""
        ...

    def score(self, entry: str, samples: bytes) -> float:
        """Log-likelihood (natural logarithm, graph costs included) of `samples` being nothing but `entry`."""
        ...


class VoskModel:
    """A Vosk model folder, checked before libvosk sees it.

    Raises ModelError for a folder that libvosk can't use, and for a model without `[unk]`: such a model hears
    one of our phrases in every noise. `allow_without_unknown` lets it through (`has_unknown` is then False).
    """

    def __init__(self, folder: Path, allow_without_unknown: bool = False) -> None:
        check_model_folder(folder)
        self.least_evidence = least_evidence(folder)
        try:
            import vosk
        except ImportError as error:
            raise ModelError(Message("hearing.vosk_missing")) from error
        vosk.SetLogLevel(-1)
        try:
            self._model: Any = vosk.Model(model_path=str(folder))
        except Exception as error:
            raise ModelError(Message("hearing.model_broken", folder=folder)) from error
        self._vosk = vosk
        self.folder = folder
        self.has_unknown = self.knows(UNKNOWN_WORD)
        if not self.has_unknown and not allow_without_unknown:
            raise ModelError(Message("hearing.model_would_hear_anything", folder=folder, word=UNKNOWN_WORD))

    @cached_property
    def words(self) -> tuple[str, ...]:
        lines = (self.folder / "graph/words.txt").read_text("utf-8").splitlines()
        words = (line.split()[0] for line in lines if line.split())
        return tuple(word for word in words if not word.startswith(("<", "#", "!")))

    def knows(self, word: str) -> bool:
        return int(self._model.vosk_model_find_word(word)) >= 0

    def recogniser(self, grammar: Sequence[str]) -> VoskRecogniser:
        if not grammar:
            raise ValueError("an empty grammar would crash libvosk")
        unknown = {word for entry in grammar for word in entry.split() if not self.knows(word)}
        if unknown:
            raise ValueError(f"libvosk would drop these words silently: {sorted(unknown)}")
        return VoskRecogniser(self._of(grammar))

    def _of(self, grammar: Sequence[str]) -> Any:
        return self._vosk.KaldiRecognizer(self._model, RATE_HZ, json.dumps(list(grammar), ensure_ascii=False))

    def score(self, entry: str, samples: bytes) -> float:
        recogniser = self._of([entry])
        recogniser.SetMaxAlternatives(1)  # only then does libvosk tell the score of the whole
        pieces = [recogniser.Result()] if recogniser.AcceptWaveform(samples) else []
        pieces.append(recogniser.FinalResult())
        return sum(float(json.loads(piece)["alternatives"][0]["confidence"]) for piece in pieces)

    def proposer(self, sentences: Sequence[str], most: int) -> VoskProposer:
        """Whole utterances in a grammar that is learnt from ``sentences``; several proposals for each."""
        recogniser = self._of(sentences)
        recogniser.SetMaxAlternatives(most)
        return VoskProposer(recogniser)


class VoskProposer:
    """Tells what an utterance may have been; not for two threads at once."""

    def __init__(self, recogniser: Any) -> None:
        self._recogniser = recogniser

    def propose(self, samples: bytes) -> dict[str, float]:
        """Samples: 16-bit, mono, 16 kHz. Text → log-likelihood (graph costs included), the likeliest first."""
        self._recogniser.Reset()
        if self._recogniser.AcceptWaveform(samples):
            return self._texts(
                self._recogniser.Result()
            )  # libvosk found an end by itself; what follows is quiet
        return self._texts(self._recogniser.FinalResult())

    def _texts(self, result: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for each in json.loads(result)["alternatives"]:
            found.setdefault(" ".join(each["text"].split()), float(each["confidence"]))
        return {text: score for text, score in found.items() if text}


class VoskRecogniser:
    """One grammar on a shared model.

    libvosk ends an utterance by itself after its own idea of a pause; the pieces are joined, because here the
    gate decides. After `finish` libvosk builds its pipeline anew, so its known growth can't pile up.
    """

    def __init__(self, recogniser: Any) -> None:
        self._recogniser = recogniser
        self._pieces: list[str] = []

    def feed(self, samples: bytes) -> None:
        if self._recogniser.AcceptWaveform(samples):
            self._take(self._recogniser.Result())

    def partial(self) -> str:
        running = json.loads(self._recogniser.PartialResult()).get("partial", "")  # none just after a piece
        return " ".join([*self._pieces, running]).strip()

    def finish(self) -> str:
        self._take(self._recogniser.FinalResult())
        pieces, self._pieces = self._pieces, []
        return " ".join(pieces)

    def _take(self, result: str) -> None:
        text = json.loads(result)["text"]
        if text:
            self._pieces.append(text)
