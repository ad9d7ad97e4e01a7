"""What is told of a frame that our own sound can be in."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.samples import FRAME_SAMPLES
from skill.hearing.over_own_voice.beside import Beside, bands, follows_echo, left_db, likeness, most_gained_db

RNG = np.random.default_rng(1)


def of(heard: np.ndarray, left: np.ndarray, echo: np.ndarray) -> Beside:
    powers = (float(heard @ heard), float(left @ left), float(echo @ echo), float(left @ echo))
    return Beside(True, False, b"", *powers, bands(left), bands(echo))


def sound(level: float) -> np.ndarray:
    return RNG.normal(0.0, level, FRAME_SAMPLES)


def test_a_person_is_left_and_our_own_voice_is_not() -> None:
    person, echo = sound(1000.0), sound(1000.0)
    assert left_db([of(person + echo, person, echo)]) == pytest.approx(-3.0, abs=0.5)
    assert left_db([of(echo, 0.1 * echo, echo)]) == pytest.approx(-20.0, abs=0.5)


def test_nothing_told_is_nothing_taken_out() -> None:
    assert left_db([]) == left_db([Beside(True, False, b"")]) == 0.0


def test_the_wrong_echo_taken_off_is_alike_what_is_left() -> None:
    person, echo, ours = sound(1000.0), sound(1000.0), sound(1000.0)
    assert likeness([of(person + echo, person, echo)]) < 0.2
    assert likeness([of(ours, ours - echo, echo)]) > 0.5


def test_a_rest_of_our_own_voice_comes_and_goes_with_it_and_a_person_does_not() -> None:
    levels = RNG.uniform(10.0, 3000.0, 30)
    echoes = [sound(level) for level in levels]
    rests = [0.3 * RNG.normal(0.0, level, FRAME_SAMPLES) for level in levels]
    persons = [sound(level) for level in RNG.permutation(levels)]
    assert follows_echo([of(rest, rest, echo) for rest, echo in zip(rests, echoes, strict=True)]) > 0.8
    assert follows_echo([of(each, each, echo) for each, echo in zip(persons, echoes, strict=True)]) < 0.5


def test_taking_off_an_echo_that_has_moved_makes_it_louder() -> None:
    moved = [of(sound(1000.0), sound(1600.0), sound(1000.0)) for _ in range(5)]
    right = [of(sound(1400.0), sound(1000.0), sound(1000.0)) for _ in range(20)]
    assert most_gained_db([*right, *moved, *right], 5) > 2.0
    assert most_gained_db(right, 5) < 0.0


def test_where_hardly_anything_sounds_nothing_is_told_of_the_filter() -> None:
    said = [of(sound(1400.0), sound(1000.0), sound(1000.0)) for _ in range(20)]
    pause = [of(sound(10.0), sound(40.0), sound(30.0)) for _ in range(10)]
    assert most_gained_db([*said, *pause], 5) < 1.0
