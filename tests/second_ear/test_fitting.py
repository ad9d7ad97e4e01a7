"""A last layer learns what was read, and stays what it is for everything else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skill.second_ear.fitting import Fitting, Lesson, fitted, losses
from skill.second_ear.own_layer import OwnLayer
from skill.second_ear.weights import Sounded

WIDTH, OUTPUTS = 12, 7
QUICK = Fitting(pull=1.0, hold=0.0, rate=0.05)


def sounded(steps: int, seed: int) -> Sounded:
    """What some layer makes of some numbers."""
    weight = np.random.default_rng(0).normal(0, 0.5, (WIDTH, OUTPUTS))
    beneath = np.random.default_rng(seed).normal(size=(steps, WIDTH))
    logits = beneath @ weight
    log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return Sounded(log_probs.astype(np.float32), beneath.astype(np.float32))


LESSONS = [
    Lesson(sounded(20, 1), (1, 2, 2, 3)),
    Lesson(sounded(31, 2), (4, 5)),
    Lesson(sounded(9, 3), ()),
]
OTHERS = [sounded(40, 11), sounded(25, 12)]
NOTHING = np.zeros((WIDTH + 1, OUTPUTS))


def apart(change: np.ndarray) -> float:
    """From what the shipped layer makes of the others: nats a step."""
    own = OwnLayer("", change.astype(np.float32))
    each = [np.sum(np.exp(s.log_probs) * (s.log_probs - own.log_probs(s)), axis=1) for s in OTHERS]
    return float(np.concatenate(each).mean())


def test_the_loss_of_a_sound_is_that_of_all_its_paths_together() -> None:
    """Three steps, one sound: counted by hand."""
    probabilities = np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.7, 0.2, 0.1]])
    paths = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1), (1, 1, 1)]
    whole = sum(np.prod([probabilities[t, label] for t, label in enumerate(path)]) for path in paths)
    one = Lesson(Sounded(np.log(probabilities).astype(np.float32), np.zeros((3, 2), np.float32)), (1,))
    assert losses([one], np.zeros((3, 3)))[0] == pytest.approx(-np.log(whole), abs=1e-5)


def test_a_small_step_goes_downhill_for_every_number() -> None:
    """The first step of Adam has the sign of the gradient: it must be that of the loss itself."""
    change = fitted(LESSONS, [], replace(QUICK, pull=0.0, steps=1, rate=1e-4))
    for row, column in ((0, 1), (5, 3), (WIDTH, 0), (WIDTH, 6)):
        nudge = NOTHING.copy()
        nudge[row, column] = 1e-4
        slope = losses(LESSONS, nudge).sum() - losses(LESSONS, -nudge).sum()
        assert np.sign(change[row, column]) == -np.sign(slope)


def test_what_was_read_is_heard_better() -> None:
    assert losses(LESSONS, fitted(LESSONS, [], QUICK)).sum() < 0.3 * losses(LESSONS, NOTHING).sum()


def test_held_to_others_it_changes_less_for_them() -> None:
    free = fitted(LESSONS, OTHERS, QUICK)
    held = fitted(LESSONS, OTHERS, replace(QUICK, hold=20.0))
    assert apart(held) < 0.2 * apart(free)
    assert losses(LESSONS, held).sum() < losses(LESSONS, NOTHING).sum()


def test_the_harder_it_is_pulled_back_the_smaller_is_the_change() -> None:
    sizes = [np.abs(fitted(LESSONS, [], replace(QUICK, pull=pull))).sum() for pull in (1.0, 100.0, 10_000.0)]
    assert sizes == sorted(sizes, reverse=True)


def test_the_bias_alone() -> None:
    change = fitted(LESSONS, OTHERS, replace(QUICK, bias_only=True))
    assert not change[:-1].any()
    assert change[-1].any()


def test_a_recording_that_is_too_short_for_its_phrase_teaches_nothing() -> None:
    short = Lesson(sounded(2, 5), (1, 2, 3, 4))
    assert not fitted([short], [], QUICK).any()
