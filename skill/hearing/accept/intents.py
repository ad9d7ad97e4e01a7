"""What the recogniser wrote → a live phrase and its meaning, or nothing. Whole utterances only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skill.content.phrases import Phrase, PhraseBook
from skill.events import Intent
from skill.hearing.recognise.grammar import normalised
from skill.vocabulary import UNKNOWN_WORD

HALTING_GRAMMARS = frozenset({"number"})  # there people think between the words
# what waits for the longer pause in any case: answers to danger questions; and, in a quiet night, «jeg har falt», for
# «jeg har f…» may become «jeg har fått krampe»
PATIENT: Mapping[str, frozenset[str]] = {
    "yes_no": frozenset({"yes", "no", "unsure"}),
    "idle": frozenset({"fell", "on_floor"}),
}


@dataclass(frozen=True, slots=True)
class Understood:
    """A whole live phrase."""

    phrase: Phrase
    may_go_on: bool  # it begins another phrase with another meaning, or a yes may still turn into a no


class LivePhrases:
    """The phrases of one grammar class, ready to be looked up."""

    def __init__(self, book: PhraseBook, grammar: str) -> None:
        self.grammar = grammar
        self._phrases = {normalised(phrase.text): phrase for phrase in book.live(grammar)}
        halting = _cut_short(self._phrases) if grammar in HALTING_GRAMMARS else set()
        patient = PATIENT.get(grammar, frozenset())
        waiting = {text for text, phrase in self._phrases.items() if phrase.intent.name in patient}
        self._may_go_on = _beginnings(self._phrases) | halting | waiting

    def understand(self, words: str) -> Understood | None:
        """The phrase that `words` are from first to last, also when said several times («stopp stopp»).

        `words` is what the recogniser wrote: plain words or unit tokens. Anything more or less than phrases
        with one and the same meaning is not understood.
        """
        text = normalised(words)
        phrase = self._phrases.get(text) or self._repeated(text) or self._same_meaning(words)
        if phrase is None:
            return None
        return Understood(phrase, normalised(phrase.text) in self._may_go_on)

    def understand_end(self, words: str) -> Understood | None:
        """Like `understand`, but what was said may begin with remains of our own voice: two tokens at most."""
        tokens = words.split()
        while tokens and tokens[-1] == UNKNOWN_WORD:
            del tokens[-1]
        for before in range(min(3, len(tokens))):
            understood = self.understand(" ".join(tokens[before:]))
            if understood is not None:
                return understood
        return None

    def may_end_another(self, phrase: Phrase) -> bool:
        """Does a phrase with another meaning end with these words?"""
        text = normalised(phrase.text)
        return any(
            each.endswith(f" {text}") and other.intent != phrase.intent
            for each, other in self._phrases.items()
        )

    def _repeated(self, text: str) -> Phrase | None:
        words = text.split()
        for length in range(1, len(words) // 2 + 1):
            if len(words) % length == 0 and words == words[:length] * (len(words) // length):
                phrase = self._phrases.get(" ".join(words[:length]))
                if phrase is not None:
                    return phrase
        return None

    def _same_meaning(self, words: str) -> Phrase | None:
        tokens = words.split()
        if len(tokens) < 2 or not any("_" in token for token in tokens):
            return None
        phrases = [self._phrases.get(normalised(token)) for token in tokens]
        first = phrases[-1]
        if first is None or any(p is None or p.intent != first.intent for p in phrases):
            return None
        return first


def _beginnings(phrases: Mapping[str, Phrase]) -> set[str]:
    """Texts that begin another phrase with another meaning, also inside a word: «hjelp» begins «hjelper»."""
    texts = sorted(phrases)
    found = set()
    for place, text in enumerate(texts):
        for longer in texts[place + 1 :]:
            if not longer.startswith(text):
                break
            if phrases[longer].intent != phrases[text].intent:
                found.add(text)
                break
    return found


SHORT_ENDING = 3  # letters


def _cut_short(phrases: Mapping[str, Phrase]) -> set[str]:
    """Texts that a longer one may be taken for when it halts before its last word: «sånn en …» for «sånn en en».

    They end in a word so short that hardly any sound is needed for it, and begin like one with another meaning.
    """
    stems: dict[str, set[Intent]] = {}
    for text, phrase in phrases.items():
        stems.setdefault(text.rpartition(" ")[0], set()).add(phrase.intent)
    return {
        text
        for text in phrases
        if len(text.split()) > 2
        and len(text.rpartition(" ")[2]) <= SHORT_ENDING
        and len(stems[text.rpartition(" ")[0]]) > 1
    }
