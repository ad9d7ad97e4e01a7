"""What our loudspeaker plays is laid beside what the microphone hears."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.samples import FRAME_S, FRAME_SAMPLES, RATE_HZ, Samples
from skill.hearing.echo.own_sound import OwnSound, played

START_S = 100.0


def steps(count: int) -> Samples:
    return np.arange(1, count + 1, dtype=np.int16)


def listened(own: OwnSound, frames: int, from_s: float, late_s: float = 0.0) -> Samples:
    """What lay beside so many frames of a microphone that began at `from_s`."""
    return np.concatenate([own.frame(from_s + (n + 1) * FRAME_S + late_s) for n in range(frames)])


@pytest.fixture
def own() -> OwnSound:
    own = OwnSound()
    listened(own, 50, START_S)
    return own


def test_pieces_lie_where_they_are_heard_whatever_their_size(own: OwnSound) -> None:
    sound = steps(1000)
    for first in range(0, 1000, 130):
        own.put(played(1, first, START_S + 1.0 + first / RATE_HZ, sound[first : first + 130]))
    assert np.array_equal(listened(own, 4, START_S + 1.0)[:1000], sound)


def test_a_time_that_jumps_does_not_move_what_is_counted(own: OwnSound) -> None:
    own.put(played(1, 0, START_S + 1.0, steps(320)))
    own.put(played(1, 320, START_S + 1.5, steps(320)))
    assert np.array_equal(listened(own, 2, START_S + 1.0), np.tile(steps(320), 2))
    assert own.moved == 1


def test_times_that_keep_differing_move_it(own: OwnSound) -> None:
    for number in range(20):
        own.put(played(1, number * 320, START_S + 2.0 + number * 0.02 + 0.1 * (number > 0), steps(320)))
    assert own.moved == 2


def test_another_run_is_laid_by_its_own_times(own: OwnSound) -> None:
    own.put(played(1, 0, START_S + 1.0, steps(320)))
    own.put(played(2, 0, START_S + 1.06, steps(320)))
    beside = listened(own, 5, START_S + 1.0)
    assert np.array_equal(beside[:FRAME_SAMPLES], steps(320))
    assert np.array_equal(beside[3 * FRAME_SAMPLES : 4 * FRAME_SAMPLES], steps(320))
    assert own.moved == 2


def test_a_frame_that_had_to_wait_does_not_move_it(own: OwnSound) -> None:
    listened(own, 10, START_S + 1.0, late_s=0.4)
    own.put(played(1, 0, START_S + 1.2, steps(320)))
    assert np.array_equal(listened(own, 1, START_S + 1.2), steps(320))


def test_what_comes_too_late_counts_and_its_rest_is_laid(own: OwnSound) -> None:
    own.put(played(1, 0, START_S + 0.99, steps(320)))
    assert own.late == 1
    assert np.array_equal(listened(own, 1, START_S + 1.0)[:160], steps(320)[160:])


def test_late_silence_is_nothing_missed(own: OwnSound) -> None:
    own.put(played(1, 0, START_S + 0.9, np.zeros(320, np.int16)))
    assert own.late == 0


@pytest.mark.parametrize("at_s", [START_S + 500.0, START_S - 500.0])
def test_an_absurd_time_lays_nothing_anywhere(own: OwnSound, at_s: float) -> None:
    own.put(played(1, 0, at_s, steps(320)))
    assert not listened(own, 500, START_S + 1.0).any()


def test_before_the_microphone_gives_anything_there_is_no_place() -> None:
    own = OwnSound()
    own.put(played(1, 0, START_S, steps(320)))
    assert own.moved == 0
