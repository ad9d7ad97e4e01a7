"""Phrases in a stream that does not stop: what was heard last is asked about again and again while somebody talks."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from skill.audio.samples import FRAME_S
from skill.content.phrases import Phrase
from skill.hearing.accept.second_opinion import Around, Opinion, SecondOpinion, in_stream
from skill.hearing.accept.stream import Sought

WINDOW_S = 3.2  # as long as the longest cry, said slowly, and half a second more
FIRST_S = 3.0  # of unbroken sound: before, a phrase with a pause in it may still be going on
EVERY_S = 0.8
AGAIN_S = 3.0  # after something was found: what was said is not found twice
AFTER_IT_S = 0.3  # of sound: so much must follow, else «jeg har krampe» may become «… i foten»


@dataclass(frozen=True, slots=True)
class Spotted:
    """A phrase found in a stream, and when its last sound was over."""

    phrase: Phrase
    ended_s: float


class Spotter:
    """Fed with every frame of a running utterance."""

    def __init__(self, second: SecondOpinion) -> None:
        self._second = second
        self.around: Around = "talk"
        self._frames: deque[bytes] = deque(maxlen=round(WINDOW_S / FRAME_S))
        self._ask_at_s = float("inf")
        self._ticket: int | None = None
        self._asked_s = (0.0, 0.0)  # the beginning and the end of the stretch that was asked about
        self._deaf_until_s = float("-inf")

    def begin(self, frames: list[bytes], at_s: float) -> None:
        """An utterance begins with these frames."""
        self._frames.clear()
        self._frames.extend(frames)
        self._ask_at_s = max(at_s + FIRST_S, self._deaf_until_s)
        self._ticket = None

    def feed(
        self, grammar: str, sought: Sought, frame: bytes, at_s: float, talking: bool = True
    ) -> Spotted | None:
        """One frame more; what was found in the stretch before it, when that has come.

        Nothing is asked while it is quiet: then the utterance as a whole is.
        """
        self._frames.append(frame)
        if not self._second.there:
            return None
        opinion = self._second.answer(self._ticket) if self._ticket is not None else None
        if opinion is not None:
            self._ticket = None
            return self._found(sought, opinion, at_s)
        if at_s >= self._ask_at_s and talking:
            self._ticket = self._second.ask(in_stream(grammar), b"".join(self._frames))
            self._asked_s = at_s - len(self._frames) * FRAME_S, at_s
            self._ask_at_s = at_s + EVERY_S
        return None

    def acted(self, at_s: float) -> None:
        """What was said until now has been acted on."""
        self._deaf_until_s = at_s + AGAIN_S
        self._frames.clear()
        self._ticket = None
        self._ask_at_s = self._deaf_until_s

    def _found(self, sought: Sought, opinion: Opinion, at_s: float) -> Spotted | None:
        phrase, (began_s, asked_s) = sought.in_stream(opinion.anywhere, self.around).phrase, self._asked_s
        if phrase is None:
            return None
        ended_s = began_s + opinion.ended_s[sought.text_of(phrase)]
        if ended_s > asked_s - AFTER_IT_S:
            self._ask_at_s = max(at_s, ended_s + AFTER_IT_S)
            return None
        return Spotted(phrase, ended_s)
