"""Said at the microphone, phrase by phrase: a recording that is no use is told of at once, and asked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from skill.audio.samples import RATE_HZ, Samples
from skill.collect.microphone import TakeRecorder, seconds_for
from skill.collect.take import quality
from skill.enrol.readings import Readings
from skill.enrol.takes import LEAST_START, EnrolmentRefused, Said, check_all, usable
from skill.messages.message import Message, sentence_of

ROUNDS = ("enrol.round_near", "enrol.round_soft", "enrol.round_far")
MOST_TRIES = 3  # of one phrase; then it is left out


@dataclass(frozen=True, slots=True)
class Asked:
    """One phrase to be said, under the heading of its round."""

    heading: str
    phrase: str


def asked_for(readings: Readings) -> Iterator[Asked]:
    """Start phrases and answers in every round, ordinary sentences in the first."""
    for number, heading in enumerate(ROUNDS):
        others = readings.other if number == 0 else ()
        for phrase in (*readings.start, *readings.answers, *others):
            yield Asked(heading, phrase)


class ReadingAloud:
    """What has been said so far, and what is to be said next."""

    def __init__(self, readings: Readings, check: Callable[[Said], None] = lambda _take: None) -> None:
        """`check` raises EnrolmentRefused where a recording holds something else than it should."""
        self._readings = readings
        self._check = check
        self._all = tuple(asked_for(readings))
        self._done = self._tries = 0
        self._takes: list[Said] = []

    @property
    def asked(self) -> Asked | None:
        """None when nothing is left to be said."""
        return self._all[self._done] if self._done < len(self._all) else None

    @property
    def number(self) -> int:
        """Of what is asked for, from 1."""
        return self._done + 1

    @property
    def total(self) -> int:
        return len(self._all)

    @property
    def enough(self) -> bool:
        """So many start phrases were said that something could be learned."""
        return sum(take.text in self._readings.start for take in self._takes) >= LEAST_START

    def hear(self, sound: Samples) -> tuple[str, ...]:
        """Take a recording, 16 kHz mono, of what is asked for. () where it can be used, else why not, in sentences."""
        asked = self.asked
        assert asked is not None
        try:
            take = usable(asked.phrase, f"{self.number} «{asked.phrase}»", sound)
            if quality(sound, RATE_HZ).problem in ("cut_begin", "cut_end"):
                raise EnrolmentRefused(Message("enrol.cut", name=take.name))
            self._check(take)
        except EnrolmentRefused as refused:
            self._tries += 1
            why = sentence_of(refused)
            return (why, self.leave_out()) if self._tries == MOST_TRIES else (why,)
        self._takes.append(take)
        self._next()
        return ()

    def leave_out(self) -> str:
        """Go on without what is asked for; says so."""
        asked = self.asked
        assert asked is not None
        self._next()
        return Message("enrol.left_out", phrase=asked.phrase)

    def finished(self) -> list[Said]:
        """What was said. Raises EnrolmentRefused: too little was usable, or two people spoke."""
        check_all(self._takes, self._readings)
        return self._takes

    def _next(self) -> None:
        self._done, self._tries = self._done + 1, 0


def read_aloud(
    reading: ReadingAloud, microphone: TakeRecorder, say: Callable[[str], None], ready: Callable[[], None]
) -> list[Said]:
    """`say` shows a message; `ready` waits until the person is, before each round.

    Raises:
        EnrolmentRefused: too little was usable, or two people spoke.
        AudioError: the microphone gives nothing.
    """
    heading = ""
    while (asked := reading.asked) is not None:
        if asked.heading != heading:
            heading = asked.heading
            say(Message(heading))
            ready()
        say(Message("enrol.say_now", phrase=asked.phrase))
        for sentence in reading.hear(microphone.record(seconds_for(asked.phrase), lambda: None)):
            say(sentence)
    return reading.finished()
