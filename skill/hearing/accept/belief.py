"""Is an utterance to be believed, and how long is it waited for? What stands between a phrase and acting on it."""

from __future__ import annotations

from collections import deque

from skill.audio.samples import FRAME_S
from skill.content.phrases import Phrase
from skill.hearing.accept.second_opinion import Around
from skill.hearing.accept.tuning import ListenerTuning
from skill.hearing.accept.utterance import Utterance
from skill.hearing.recognise.evidence import (
    ASKED_FOR,
    MOST_OVER_RIVALS,
    Evidence,
    LeastEvidence,
    needs_evidence,
    over_rivals,
    per_letter,
)
from skill.hearing.recognise.grammar import normalised
from skill.hearing.recognise.recogniser import SpeechModel

NEVER_SWALLOWED = frozenset({"stop"}) | ASKED_FOR


class Doubts:
    """Decides by the evidence, and remembers what it doubted.

    A cry comes out of a quiet night: amid talk more must speak for it, or it must be said again. Whoever is in pain
    calls until somebody answers; talk hardly comes near the same phrase twice.
    """

    def __init__(self, again_s: float) -> None:
        self._again_s = again_s
        # intents that only the talk around them spoke against, and when
        self._doubted_s: dict[str, float] = {}

    def believes(
        self, least: LeastEvidence, phrase: Phrase, evidence: Evidence, at_s: float, amid_talk: bool
    ) -> bool:
        name = phrase.intent.name
        if not least.accepts(phrase.text, name, evidence):
            return False
        if least.accepts(phrase.text, name, evidence, amid_talk):
            self._doubted_s.clear()
            return True
        return self.said_again(name, at_s)

    def said_again(self, name: str, at_s: float) -> bool:
        """It is doubted now. Was it before, and is to be believed for that?"""
        if at_s - self._doubted_s.get(name, float("-inf")) < self._again_s:
            self._doubted_s.clear()
            return True
        self._doubted_s[name] = at_s
        return False


class Belief:
    """Weighs a phrase against its sound, its length, and the talk around it."""

    def __init__(self, model: SpeechModel, tuning: ListenerTuning) -> None:
        self._model = model
        self._tuning = tuning
        self._other_talk: deque[tuple[float, float]] = deque(maxlen=100)  # when it ended; seconds of speech
        self._doubts = Doubts(tuning.again_s)

    def note_other_talk(self, at_s: float, speech_s: float) -> None:
        """An utterance ended that was no phrase."""
        self._other_talk.append((at_s, speech_s))

    def patience_s(self, utterance: Utterance, at_s: float) -> float:
        """How much quiet makes sure that it was the whole phrase.

        The less clearly it is this phrase, the longer: «det er b…» fits «det er verre», but poorly. And amid talk
        what would break the night or cry danger is often a piece of a sentence that goes on after a breath.
        """
        understood, least, tuning = utterance.understood, self._model.least_evidence, self._tuning
        if understood is None or understood.may_go_on:
            return tuning.end_s
        if utterance.finding is not None and utterance.finding.phrase is None:
            return tuning.end_s  # it may be a beginning: «jeg får ikke … puste»
        name = understood.phrase.intent.name
        if (
            least is not None
            and needs_evidence(utterance.grammar, name)
            and name != "stop"
            and self.amid_talk(at_s)
        ):
            return tuning.end_s
        if name in NEVER_SWALLOWED:
            return 0.0
        if utterance.finding is not None:
            return self._second_patience_s(utterance.finding.score)
        if least is None:
            return 0.0
        doubt = (least.clear - self._gain(utterance)) / (least.clear - least.unclear)
        return tuning.quiet_s + min(1.0, max(0.0, doubt)) * (tuning.end_s - tuning.quiet_s)

    def _second_patience_s(self, score: float) -> float:
        tuning = self._tuning
        doubt = (tuning.clear_score - score) / (tuning.clear_score - tuning.unclear_score)
        return tuning.quiet_s + min(1.0, max(0.0, doubt)) * (tuning.end_s - tuning.quiet_s)

    def accepts(self, utterance: Utterance, phrase: Phrase, at_s: float) -> bool:
        """Was it truly this phrase, said by somebody, and meant for the device?

        Where the second ear has answered it decides, but for «stopp».
        """
        finding, name = utterance.finding, phrase.intent.name
        if finding is not None and name != "stop":
            return (
                finding.phrase is not None
                and utterance.voiced_s >= self._tuning.shortest_s
                and self._is_like_speech(utterance, phrase)
                and (not finding.doubted or self._doubts.said_again(name, at_s))
            )
        return self._fits_its_length(utterance, phrase) and self._fits_its_sound(utterance, phrase, at_s)

    def _fits_its_length(self, utterance: Utterance, phrase: Phrase) -> bool:
        """Could these words have been said in that time? A snore fits many phrases, but not their length."""
        tuning = self._tuning
        letters = len(phrase.text)
        took_s = utterance.voiced_s + utterance.paused_s  # counted in frames: they may come in a burst
        slowest_s = tuning.slowest_s + tuning.slowest_s_per_letter * letters
        fast_enough = utterance.voiced_s <= slowest_s or phrase.intent.name in NEVER_SWALLOWED
        slow_enough = took_s + 2 * FRAME_S >= tuning.fastest_s_per_letter * letters
        return fast_enough and slow_enough and utterance.voiced_s >= tuning.shortest_s

    def _fits_its_sound(self, utterance: Utterance, phrase: Phrase, at_s: float) -> bool:
        """Does the sound speak for this phrase, where a false one would break the night or cry danger?

        Nobody doubts an answer while the person and the device are alone; amid talk it must stand out as a cry
        does in a quiet night. «Stopp» is never doubted.
        """
        least, name = self._model.least_evidence, phrase.intent.name
        breaks_the_night, amid_talk = needs_evidence(utterance.grammar, name), self.amid_talk(at_s)
        if not self._is_like_speech(utterance, phrase):
            return False
        if least is None or not (breaks_the_night or (amid_talk and name not in NEVER_SWALLOWED)):
            return True
        gain = self._gain(utterance)
        if not breaks_the_night:
            return least.accepts_answer(phrase.text, Evidence(gain, 0.0))
        # asking for the rivals costs more decoding: only where what they say can change the verdict
        if not least.accepts(phrase.text, name, Evidence(gain, MOST_OVER_RIVALS)):
            return False
        evidence = Evidence(gain, -MOST_OVER_RIVALS)
        if not least.accepts(phrase.text, name, evidence, amid_talk):
            evidence = self.evidence(utterance)
        return self._doubts.believes(least, phrase, evidence, at_s, amid_talk)

    def _is_like_speech(self, utterance: Utterance, phrase: Phrase) -> bool:
        """Enough of it, where a false one would break the night."""
        like_speech = utterance.speech_like_s >= self._tuning.least_speech_like * utterance.voiced_s
        return like_speech or not needs_evidence(utterance.grammar, phrase.intent.name)

    def amid_talk(self, at_s: float) -> bool:
        """Has so much else been said lately that others talk, or a television is on?"""
        tuning = self._tuning
        recent_s = sum(
            speech_s for ended_s, speech_s in self._other_talk if at_s - ended_s < tuning.talk_within_s
        )
        return recent_s >= tuning.talk_s

    def around(self, utterance: Utterance, at_s: float) -> Around:
        """What else is heard around it?"""
        if utterance.over_talk_dbfs is not None:
            return "risen"
        return "talk" if self.amid_talk(at_s) else "quiet"

    def evidence(self, utterance: Utterance) -> Evidence:
        """What the sound of the whole utterance says for what the recogniser wrote."""
        sound = b"".join(utterance.frames)
        return Evidence(self._gain(utterance), over_rivals(self._model, normalised(utterance.words), sound))

    def _gain(self, utterance: Utterance) -> float:
        if utterance.gain is None:
            utterance.gain = per_letter(self._model, utterance.words, b"".join(utterance.frames))
        return utterance.gain
