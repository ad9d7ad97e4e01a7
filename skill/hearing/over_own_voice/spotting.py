"""Commands in what the canceller has left of our own sentence: the second ear is asked again and again.

A voice no louder than ours is heard through it only in parts, so what was said has no beginning and no end by its
level. The second ear finds it all the same (39 of 40 commands over an echo as loud, where 27 were by level; DEV).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from skill.audio.samples import FRAME_BYTES, FRAME_S, level_dbfs
from skill.content.phrases import Phrase, PhraseBook
from skill.events import Heard
from skill.hearing.accept.second_opinion import Opinion, SecondOpinion, letters_in
from skill.hearing.accept.stream import STOP_WORD, nats
from skill.hearing.over_own_voice.beside import Beside, is_rest_of_ours, left_db
from skill.hearing.recognise.evidence import ASKED_FOR
from skill.hearing.recognise.grammar import normalised


@dataclass(frozen=True, slots=True)
class SpottingTuning:
    """When it is asked, and what it must find."""

    window_s: float = 2.4
    every_s: float = 0.5
    recent_s: float = 0.8  # in so long a time
    voiced_s: float = 0.1  # so much must be more than a rest of our own voice
    after_it_s: float = 0.2  # of sound: else «jeg hører» may become «jeg hører ikke»
    again_s: float = 2.0  # after something was found
    least_nats: float = 6.0  # in all (`stream.nats`),
    least: float = -1.6  # and by the letter;
    over_own: float = 1.0  # so much better than our own sentence explains it
    # The better it is heard, the less of what was heard there must be left (dB, and `for_score_db` for each of the
    # score): −6.6 and more for 60 commands over an echo as loud, −7.6 and less for our own voice (6 in 1.3 h; DEV).
    least_left_db: float = -7.0
    for_score_db: float = 4.0
    around_s: float = 0.3  # before and after that place
    letter_s: float = 0.06
    shortest_s: float = 0.3
    tail_s: float = 1.0  # after our own voice: what was said over its end

    def believes(self, found: SaidOver | None) -> bool:
        """Was it a person?"""
        return (
            found is not None
            and found.own <= found.score - self.over_own
            and found.left_db + self.for_score_db * found.score >= self.least_left_db
            and not found.rest_of_ours
        )


_log = logging.getLogger(__name__)
NOTHING: Final = float("-inf")  # a score
NOTHING_PLAYED: Final = Beside(True, False, bytes(FRAME_BYTES))


@dataclass(frozen=True, slots=True)
class SaidOver:
    """Of one command, what was heard where it was said; `beside.py` tells what the measures are."""

    text: str
    score: float  # of what was heard,
    own: float  # and of what was played
    left_db: float
    rest_of_ours: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What was asked about."""

    sound: Sequence[bytes]
    beside: Sequence[Beside]
    grammar: str
    began_s: float
    ended_s: float


class OverOwnVoice:
    """Fed with every frame; it only listens while our own voice is taken out of them, and a moment longer."""

    def __init__(self, second: SecondOpinion, book: PhraseBook, tuning: SpottingTuning | None = None) -> None:
        self._tuning = tuning or SpottingTuning()
        self._second = second
        self._live = {name: _sought(book, name) for name in book.grammars}
        frames = round(self._tuning.window_s / FRAME_S)
        self._sound: deque[bytes] = deque(maxlen=frames)
        self._beside: deque[Beside] = deque(maxlen=frames)
        self._recent: deque[bool] = deque(maxlen=round(self._tuning.recent_s / FRAME_S))
        self._told: Beside | None = None  # of the next frame
        self._taken_out = self._playing = False
        self._grammar = ""  # while it plays
        self._until_s = self._deaf_until_s = float("-inf")
        self._begin()

    def own_voice(self, playing: bool) -> None:
        """Our own voice begins or has ended."""
        if playing:
            self._begin()
        self._playing = playing

    def told(self, beside: Beside) -> None:
        """What our own sound does to the next frame."""
        if beside.taken_out != self._taken_out:
            self._begin()
        self._told, self._taken_out = beside, beside.taken_out

    def acted(self, at_s: float) -> None:
        """What was said until now has been acted on."""
        self._begin()
        self._deaf_until_s = at_s + self._tuning.again_s

    def feed(self, grammar: str, frame: bytes, at_s: float) -> Heard | None:
        """One frame that ended at `at_s`; the command that was found in what came before it."""
        beside, self._told = self._told or NOTHING_PLAYED, None
        if self._playing:
            self._grammar, self._until_s = grammar, at_s + self._tuning.tail_s
        if not self._taken_out or at_s > self._until_s:
            return None
        self._sound.append(frame)
        self._beside.append(beside)
        self._recent.append(not beside.residue and left_db([beside]) > self._tuning.least_left_db)
        if not self._second.there or at_s < self._deaf_until_s:
            return None
        if self._ticket is None:
            self._ask(at_s)
            return None
        answer = self._second.answer(self._ticket)
        found = self._answered(answer) if answer is not None else None
        if found is not None:
            self.acted(at_s)
        return found

    def _begin(self) -> None:
        """What came before is forgotten."""
        self._sound.clear()
        self._beside.clear()
        self._recent.clear()
        self._ticket: int | None = None
        self._stretch: _Stretch | None = None
        self._opinion: Opinion | None = None
        self._ask_at_s = float("-inf")

    def _ask(self, at_s: float) -> None:
        if at_s < self._ask_at_s or sum(self._recent) * FRAME_S < self._tuning.voiced_s:
            return
        began_s = at_s - len(self._sound) * FRAME_S
        self._stretch = _Stretch(tuple(self._sound), tuple(self._beside), self._grammar, began_s, at_s)
        self._ticket = self._second.ask(self._grammar, b"".join(self._sound))
        self._ask_at_s = at_s + self._tuning.every_s

    def _answered(self, answer: Opinion) -> Heard | None:
        """First of what was heard; if there is a command in it, our own sentence is asked about too."""
        stretch, heard = self._stretch, self._opinion
        self._ticket = self._opinion = None
        if stretch is None:
            return None
        if heard is None:
            if self._best(stretch, answer, None) is not None:
                self._opinion = answer
                played = b"".join(beside.played for beside in stretch.beside)
                self._ticket = self._second.ask(stretch.grammar, played)
            return None
        text = self._best(stretch, heard, answer)
        if text is None:
            return None
        ended_s = stretch.began_s + heard.ended_s[text]
        if ended_s > stretch.ended_s - self._tuning.after_it_s:
            self._ask_at_s = ended_s + self._tuning.after_it_s
            return None
        phrase, peak_dbfs = self._live[stretch.grammar][text], max(map(level_dbfs, stretch.sound))
        return Heard(phrase.intent, phrase.text, stretch.grammar, ended_s, early=True, level_dbfs=peak_dbfs)

    def _best(self, stretch: _Stretch, heard: Opinion, of_played: Opinion | None) -> str | None:
        """The command that explains most, of those that are believed."""
        tuning, found = self._tuning, {}
        for text in self._live[stretch.grammar].keys() & heard.anywhere.keys():
            score = heard.anywhere[text]
            if score < tuning.least or nats(text, score) < tuning.least_nats:
                continue
            own = of_played.anywhere.get(text, NOTHING) if of_played is not None else NOTHING
            evidence = self._evidence(stretch, text, score, own, heard.ended_s[text])
            believed = tuning.believes(evidence)
            _log.debug("over our own voice, believed %s: %s", believed, evidence)
            if believed:
                found[text] = nats(text, score)
        return max(found, key=lambda text: (found[text], text), default=None)

    def _evidence(
        self, stretch: _Stretch, text: str, score: float, own: float, ended_s: float
    ) -> SaidOver | None:
        tuning, end = self._tuning, round(ended_s / FRAME_S) + 1
        begin = max(0, end - round(max(tuning.shortest_s, letters_in(text) * tuning.letter_s) / FRAME_S))
        around = round(tuning.around_s / FRAME_S)
        place, wider = stretch.beside[begin:end], stretch.beside[max(0, begin - around) : end + around]
        if not place:
            return None
        return SaidOver(text, score, own, left_db(place), is_rest_of_ours(place, wider))


def _sought(book: PhraseBook, grammar: str) -> Mapping[str, Phrase]:
    """Text → phrase: what must not be missed. «Stopp» alone of the ways to end it: others are in our own sentences.

    «Gjenta» and the like are not sought: our own voice was taken for one twice in 3.1 hours, and whoever wants a
    sentence again can wait for its end.
    """
    live = {normalised(phrase.text): phrase for phrase in book.live(grammar)}
    return {
        text: phrase
        for text, phrase in live.items()
        if phrase.intent.name in ASKED_FOR | {"help"}
        or (phrase.intent.name == "stop" and text.startswith(STOP_WORD))
    }
