"""The recognisers of a listener: one for each grammar class, made when it is wanted and let go of when it has grown.

libvosk keeps all that it finds out of a grammar for as long as the recogniser lives: 4 MB after two seconds of talk,
11 MB after three minutes. A new one costs a hundredth of a second and is as quick from its second phrase on.
"""

from __future__ import annotations

from collections.abc import Mapping

from skill.audio.samples import FRAME_BYTES, FRAME_S
from skill.hearing.recognise.grammar import Grammar
from skill.hearing.recognise.recogniser import Recogniser, SpeechModel

GROWN_S = 20.0  # of sound decoded


class Recognisers:
    """Decodes utterances, each in one grammar class from its beginning to its end."""

    def __init__(self, model: SpeechModel, grammars: Mapping[str, Grammar]) -> None:
        self._model = model
        self._grammars = grammars
        self._made: dict[str, Recogniser] = {}
        self._decoded_s: dict[str, float] = {}

    def prepare(self, grammar: str) -> Recogniser | None:
        """Make it now, and not under the first word; None for a grammar in which the model can hear nothing."""
        if grammar not in self._made:
            entries = self._grammars[grammar].entries
            if not entries:
                return None
            self._made[grammar] = self._model.recogniser(entries)
            self._decoded_s[grammar] = 0.0
        return self._made[grammar]

    def feed(self, grammar: str, samples: bytes) -> float:
        """Samples of the running utterance. Gives how many seconds of them have been decoded."""
        recogniser = self.prepare(grammar)
        if recogniser is None:
            return 0.0
        recogniser.feed(samples)
        seconds = len(samples) / FRAME_BYTES * FRAME_S
        self._decoded_s[grammar] += seconds
        return seconds

    def finish(self, grammar: str) -> str:
        """The words of the utterance."""
        recogniser = self.prepare(grammar)
        return recogniser.finish() if recogniser is not None else ""

    def tidy(self, grammar: str) -> bool:
        """Between utterances: keep what this class needs, let go of the others and of what has grown.

        True when there was something to let go of.
        """
        kept = self._decoded_s.get(grammar, 0.0) < GROWN_S
        gone = [name for name in self._made if name != grammar or not kept]
        for name in gone:
            del self._made[name]
        self.prepare(grammar)
        return bool(gone)
