"""The moment after our own voice: who spoke before it ended, and speaks on, is told from a room that rings."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from skill.audio.samples import FRAME_S
from skill.hearing.accept.tail import Tail, TailTuning
from skill.hearing.detect.gate import FrameVerdict

FLOOR_DBFS = -60.0
RINGS = round(TailTuning().lasts_s / FRAME_S) + 1  # frames


def frame(level_dbfs: float) -> FrameVerdict:
    above = level_dbfs - FLOOR_DBFS
    return FrameVerdict(level_dbfs, level_dbfs, above, above > 8.0, above > 8.0, False)


def after(before: Iterable[float], levels: Iterable[float]) -> tuple[Tail, FrameVerdict, float]:
    tail, now_s, sound = Tail(), 0.0, frame(FLOOR_DBFS)
    for part in (before, levels):
        for level in part:
            now_s, sound = now_s + FRAME_S, frame(level)
            tail.note(sound, now_s)
        if part is before:
            tail.begin()
    return tail, sound, now_s


SPOKEN = [-26.0] * RINGS
WITH_CONSONANTS = [-26.0, -26.0, -58.0, -58.0, -58.0, -28.0] * 3
RINGING = [-26.0 - 2.4 * n for n in range(RINGS)]  # an echo time of 0.5 s
ANSWERED = [*RINGING[:-4], *[-26.0] * 4]


@pytest.mark.parametrize("levels", [SPOKEN, WITH_CONSONANTS], ids=["vowels", "words"])
def test_who_speaks_before_and_after_the_end_speaks_through_it(levels: list[float]) -> None:
    tail, sound, _ = after([-26.0] * 10, levels)
    assert tail.is_spoken_through(sound)


@pytest.mark.parametrize("levels", [ANSWERED, [*RINGING, -60.0, *[-26.0] * 5]], ids=["at once", "then"])
def test_who_answers_a_moment_later_does_not_in_a_room_that_rings(levels: list[float]) -> None:
    tail, sound, _ = after([-26.0] * 10, levels)
    assert not tail.is_spoken_through(sound)


def test_what_begins_with_the_end_was_not_begun_before() -> None:
    tail, sound, _ = after([-26.0, -26.0, *[-60.0] * 6], SPOKEN)
    assert not tail.is_spoken_through(sound)


def test_nothing_begins_while_it_rings() -> None:
    tail, _, now_s = after([-26.0] * 10, SPOKEN[:3])
    assert tail.runs(now_s)
    tail, _, now_s = after([-26.0] * 10, SPOKEN)
    assert not tail.runs(now_s)


def test_without_our_own_voice_nothing_was_begun_before_its_end() -> None:
    tail, sound = Tail(), frame(-26.0)
    for number in range(RINGS):
        tail.note(sound, number * FRAME_S)
    assert not tail.is_spoken_through(sound)
    assert not tail.runs(RINGS * FRAME_S)
