"""What is heard is put to the second ear, and what it finds is taken in, never later than `opinion_s`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skill.audio.samples import FRAME_S
from skill.content.phrases import Phrase, PhraseBook
from skill.hearing.accept.intents import LivePhrases
from skill.hearing.accept.second_opinion import (
    Around,
    Judge,
    LeastScores,
    NoSecondEar,
    Opinion,
    SecondOpinion,
)
from skill.hearing.accept.spotting import Spotted, Spotter
from skill.hearing.accept.stream import Sought, sought
from skill.hearing.accept.tuning import ListenerTuning
from skill.hearing.accept.utterance import Utterance
from skill.hearing.over_own_voice.beside import Beside
from skill.hearing.over_own_voice.spotting import OverOwnVoice
from skill.hearing.over_own_voice.whose_voice import (
    NOTHING,
    WhoseVoice,
    is_short_stop,
    must_not_be_missed,
)
from skill.hearing.recognise.grammar import normalised


@dataclass(frozen=True, slots=True)
class StrictEar:
    """The second ear, and what it must find before a phrase is believed."""

    opinion: SecondOpinion
    least: LeastScores


class SecondThoughts:
    """The listener's side of the second ear; without one, everything is settled at once."""

    def __init__(
        self,
        second: StrictEar | None,
        book: PhraseBook,
        live: Mapping[str, LivePhrases],
        tuning: ListenerTuning,
    ) -> None:
        self._second: SecondOpinion = NoSecondEar()
        self._live = live
        self._tuning = tuning
        self._judges: dict[str, Judge] = {}
        self._sought: dict[str, Sought] = {}
        self._whose = WhoseVoice(second.least if second is not None else None)
        if second is not None:
            self._second, least = second.opinion, second.least
            self._sought = {name: Sought(sought(name, book), least) for name in book.grammars}
            self._judges = {
                name: Judge(name, book.live(name), least, self._sought[name]) for name in book.grammars
            }
        self.stream = Spotter(self._second)
        self.over_own_voice = OverOwnVoice(self._second, book)

    @property
    def there(self) -> bool:
        """Can the second ear be asked now?"""
        return self._second.there

    def ask(self, utterance: Utterance, at_s: float) -> None:
        """At the first quiet, while the first ear still waits for more: so the answer costs no time."""
        if self._second.there and not utterance.overlong:
            utterance.ticket = self._second.ask(utterance.grammar, b"".join(utterance.sound))
            utterance.asked_s = at_s

    def settled(self, utterance: Utterance, at_s: float, around: Around) -> bool:
        """The first ear has given its word. Is that all, or is the second one's still to come?"""
        settled = self._settled(utterance, at_s, around)
        if settled and (utterance.cut or utterance.over_the_end) and not self._is_whole(utterance):
            utterance.understood = None
        return settled

    def _settled(self, utterance: Utterance, at_s: float, around: Around) -> bool:
        understood = utterance.understood
        if utterance.ticket is None:
            self._by_the_sound_alone(utterance)
            return True
        if understood is not None and _never_waits(utterance, understood.phrase):
            utterance.ticket = None
            return True
        answer = self._second.answer(utterance.ticket)
        if answer is None and at_s - utterance.asked_s < self._tuning.opinion_s:
            return False
        utterance.ticket = None
        first = understood.phrase if understood is not None else None
        if utterance.opinion is None:
            if answer is None:
                self._by_the_sound_alone(utterance)
                return True
            utterance.opinion = answer
            if self._asks_about_own_sound(utterance, at_s):
                return False
            answer = None
        opinion = utterance.opinion
        if (
            utterance.over_own_voice
            and first is not None
            and self._is_ours(utterance, first, opinion, answer)
        ):
            utterance.understood = None
            return True
        if utterance.drowned or (utterance.over_own_voice and first is not None and is_short_stop(first)):
            return True  # what it finds in our own voice is no finding
        utterance.finding = self._judges[utterance.grammar].of_utterance(opinion, first, around)
        found = utterance.finding.phrase if utterance.finding is not None else None
        if found is not None and found != first:
            own = utterance.over_own_voice and self._is_ours(utterance, found, opinion, answer)
            utterance.understood = None if own else self._live[utterance.grammar].understand(found.text)
        return True

    def _is_whole(self, utterance: Utterance) -> bool:
        """It was begun before it could be heard: may what is left of it be another phrase («ikke bedre»: «bedre»)?"""
        understood, opinion = utterance.understood, utterance.opinion
        if understood is None or must_not_be_missed(understood.phrase):
            return True
        text = normalised(understood.phrase.text)
        return (
            opinion is not None
            and opinion.whole.get(text, NOTHING) >= self._tuning.cut_whole
            and not (utterance.cut and self._live[utterance.grammar].may_end_another(understood.phrase))
        )

    def _asks_about_own_sound(self, utterance: Utterance, at_s: float) -> bool:
        """Would our own sentence be taken for the command? That is asked about what was played meanwhile."""
        played = b"".join(beside.played for beside in utterance.beside)
        if not utterance.over_own_voice or not any(played):
            return False
        utterance.ticket, utterance.asked_s = self._second.ask(utterance.grammar, played), at_s
        return True

    def _is_ours(
        self, utterance: Utterance, phrase: Phrase, opinion: Opinion, of_played: Opinion | None
    ) -> bool:
        return self._whose.is_ours(phrase, opinion, of_played, _spoken(utterance), utterance.drowned)

    def _by_the_sound_alone(self, utterance: Utterance) -> None:
        """The second ear is not there, or has not answered in time: a rest of our own voice is no command."""
        spoken = _spoken(utterance)
        if spoken and not utterance.drowned and self._whose.is_rest(spoken):
            utterance.understood = None

    def in_stream(self, utterance: Utterance, frame: bytes, at_s: float) -> Spotted | None:
        """A cry, «stopp» or a danger word amid sound that does not stop."""
        if utterance.drowned or not self._sought:
            return None
        talking = utterance.quiet_s < self._tuning.ask_s
        self.stream.around = "talk" if utterance.over_talk_dbfs is None else "risen"
        return self.stream.feed(utterance.grammar, self._sought[utterance.grammar], frame, at_s, talking)


def _spoken(utterance: Utterance) -> Sequence[Beside]:
    """Of its own frames, what our own sound did to them."""
    return utterance.beside[-round(utterance.lasted_s / FRAME_S) :] if utterance.over_own_voice else ()


def _never_waits(utterance: Utterance, phrase: Phrase) -> bool:
    """«Stopp», and all other ways to end it; over our own voice only in one word, and where that voice isn't known.

    Where it is known, it is asked whether that was taken for the word («Slapp av i foten» for «avbryt»).
    """
    if not utterance.over_own_voice:
        return phrase.intent.name == "stop"
    return not utterance.beside and is_short_stop(phrase)
