"""A cry's wait for its first words is counted once, and nothing else is."""

from __future__ import annotations

from skill.events import Heard, Intent, Say
from skill.service.parts.first_words import FirstWordsWatch

CRY = Heard(Intent("cramp", "calf"), "krampe i leggen", "idle", 10.0)
FIRST = Say(1, ("calf.B1",))


def test_from_the_end_of_the_cry_to_the_first_words() -> None:
    watch = FirstWordsWatch(lambda: 10.6)
    for what in (CRY, FIRST, Say(2, ("calf.B2",))):
        watch.saw(what)
    assert (watch.counted.count, round(watch.counted.sum_s, 3)) == (1, 0.6)
    assert watch.counted.within == (0, 0, 1, 1, 1, 1, 1, 1)


def test_an_answer_within_a_conversation_is_none() -> None:
    watch = FirstWordsWatch(lambda: 10.6)
    watch.saw(Heard(Intent("yes"), "ja", "confirm", 10.0))
    watch.saw(FIRST)
    assert watch.counted.count == 0
