"""What was acted on before it was surely over, and what comes right after it: perhaps the rest of the same words."""

from __future__ import annotations

from collections.abc import Mapping

from skill.content.phrases import Phrase
from skill.hearing.accept.belief import NEVER_SWALLOWED
from skill.hearing.accept.intents import LivePhrases
from skill.hearing.accept.utterance import Utterance


class EarlyAction:
    """The last phrase that was acted on early. It may go on for `end_s`, as long as any phrase waits for its end."""

    def __init__(self, live: Mapping[str, LivePhrases], end_s: float) -> None:
        self._live = live
        self._end_s = end_s
        self._phrase: Phrase | None = None
        self._until_s = float("-inf")

    def note(self, phrase: Phrase, at_s: float) -> None:
        """`phrase` was acted on at `at_s`."""
        self._phrase, self._until_s = phrase, at_s + self._end_s

    def may_go_on_with(self, utterance: Utterance) -> bool:
        """Did it begin so soon after that it may belong to what was acted on?"""
        return utterance.began_s <= self._until_s

    def with_what_follows(self, utterance: Utterance, phrase: Phrase) -> Phrase | None:
        """«litt», acted on early, and then «bedre»: that was «litt bedre», and has been acted on.

        Right after an early action a lone piece of the same breath is not a new command, unless it is one that
        must never be missed.
        """
        if self._phrase is None or not self.may_go_on_with(utterance):
            return phrase
        together = self._live[utterance.grammar].understand(f"{self._phrase.text} {phrase.text}")
        if together is not None:
            return None if together.phrase.intent == self._phrase.intent else together.phrase
        return phrase if phrase.intent.name in NEVER_SWALLOWED else None
