"""Leading a person through the reading, by text on the screen; recordings stay in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from skill.collect.microphone import TakeRecorder, seconds_for
from skill.enrol.readings import Readings
from skill.enrol.takes import EnrolmentRefused, Said, check_all, usable
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


def read_aloud(
    readings: Readings, microphone: TakeRecorder, say: Callable[[str], None], ready: Callable[[], None]
) -> list[Said]:
    """`say` shows a message; `ready` waits until the person is, before each round.

    Raises:
        EnrolmentRefused: too little was usable, or two people spoke.
        AudioError: the microphone gives nothing.
    """
    found: list[Said] = []
    heading = ""
    for number, asked in enumerate(asked_for(readings), 1):
        if asked.heading != heading:
            heading = asked.heading
            say(Message(heading))
            ready()
        take = _one(number, asked.phrase, microphone, say)
        if take is not None:
            found.append(take)
    check_all(found, readings)
    return found


def _one(number: int, phrase: str, microphone: TakeRecorder, say: Callable[[str], None]) -> Said | None:
    for _ in range(MOST_TRIES):
        say(Message("enrol.say_now", phrase=phrase))
        sound = microphone.record(seconds_for(phrase), lambda: None)
        try:
            return usable(phrase, f"{number} «{phrase}»", sound)
        except EnrolmentRefused as refused:
            say(sentence_of(refused))
    say(Message("enrol.left_out", phrase=phrase))
    return None
