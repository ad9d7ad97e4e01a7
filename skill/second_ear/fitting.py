"""A person's own last layer of the second ear, fitted to what they read, in numpy alone: seconds on one core.

Loss and gradient are those of connectionist temporal classification (Graves et al. 2006), the steps Adam's (Kingma and
Ba 2015) over all recordings at once. Two things hold it back: the size of the change, and how much else it makes of the
speech of others (Kullback-Leibler divergence, Yu et al. 2013). How strongly: models/training/EXPERIMENTS.md, "A
person's own last layer".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skill.second_ear.weights import Sounded

Floats = NDArray[np.float64]
_NO_PATH = -1e30


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """One recording, and the outputs of the head that were said."""

    sounded: Sounded
    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fitting:
    """``pull``: loss for a change of every number by 1. ``hold``: loss for a nat of divergence, by the step, on the
    speech of others. ``rate``: the largest change of a number in a step."""

    pull: float = 6000.0
    hold: float = 10.0
    rate: float = 0.0007
    steps: int = 40
    bias_only: bool = False


def fitted(lessons: Sequence[Lesson], others: Sequence[Sounded], how: Fitting = Fitting()) -> Floats:
    """The change of the last layer, shape (width + 1, outputs), its last row the bias; none without lessons."""
    batch = _Batch(lessons)
    held = _Held(others) if others else None
    change = np.zeros((lessons[0].sounded.beneath.shape[1] + 1, lessons[0].sounded.log_probs.shape[1]))
    mean, square = np.zeros_like(change), np.zeros_like(change)
    for step in range(1, how.steps + 1):
        gradient = batch.gradient(change) + 2 * how.pull / change.size * change
        if held is not None:
            gradient += how.hold * held.gradient(change)
        if how.bias_only:
            gradient[:-1] = 0.0
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        change -= how.rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return change


def losses(lessons: Sequence[Lesson], change: Floats) -> Floats:
    """Loss of each lesson by the sound, shape (lessons,)."""
    return _Batch(lessons).losses(change)


def _log_softmax(x: Floats) -> Floats:
    x = x - x.max(axis=-1, keepdims=True)
    return np.asarray(x - np.log(np.exp(x).sum(axis=-1, keepdims=True)))


def _changed(log_probs: Floats, beneath: Floats, change: Floats) -> Floats:
    return _log_softmax(log_probs + beneath @ change[:-1] + change[-1])


class _Held:
    """Speech of others, which should be heard as before."""

    def __init__(self, others: Sequence[Sounded]) -> None:
        self._beneath = np.concatenate([each.beneath for each in others]).astype(np.float64)
        self._log_probs = np.concatenate([each.log_probs for each in others]).astype(np.float64)

    def gradient(self, change: Floats) -> Floats:
        apart = np.exp(_changed(self._log_probs, self._beneath, change)) - np.exp(self._log_probs)
        return np.vstack([self._beneath.T @ apart, apart.sum(axis=0)]) / len(apart)


class _Batch:
    """All lessons side by side. Each counts alike, however long."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._beneath = [lesson.sounded.beneath.astype(np.float64) for lesson in lessons]
        self._log_probs = [lesson.sounded.log_probs.astype(np.float64) for lesson in lessons]
        states = [_states(lesson.labels) for lesson in lessons]
        self._steps = [len(each) for each in self._beneath]
        self._count = [len(each) for each in states]
        self._labels = np.zeros((len(lessons), max(self._count)), np.int64)
        self._turned = np.zeros_like(self._labels)
        for k, each in enumerate(states):
            self._labels[k, : len(each)] = each
            self._turned[k, : len(each)] = each[::-1]
        self._sounds = np.array([max(1, len(lesson.labels)) for lesson in lessons])

    def gradient(self, change: Floats) -> Floats:
        """Of the mean loss by the sound."""
        probs = self._changed(change)
        there, back = self._seen(probs)
        forward, backward = _forward(there, self._labels), _forward(back, self._turned)
        found = np.zeros_like(change)
        for k, each in enumerate(probs):
            steps, count = self._steps[k], self._count[k]
            total = _ended(forward[:, k], steps, count)
            if total < _NO_PATH / 2:
                continue  # too short for what should have been said
            both = (
                forward[:steps, k, :count]
                + backward[:steps, k, :count][::-1, ::-1]
                - there[:steps, k, :count]
            )
            apart = np.exp(each)
            np.subtract.at(apart.T, self._labels[k, :count], np.exp(both - total).T)
            apart /= self._sounds[k] * len(probs)
            found[:-1] += self._beneath[k].T @ apart
            found[-1] += apart.sum(axis=0)
        return found

    def losses(self, change: Floats) -> Floats:
        forward = _forward(self._seen(self._changed(change))[0], self._labels)
        each = [
            _ended(forward[:, k], n, s) for k, (n, s) in enumerate(zip(self._steps, self._count, strict=True))
        ]
        return np.asarray(-np.array(each) / self._sounds)

    def _changed(self, change: Floats) -> list[Floats]:
        pairs = zip(self._log_probs, self._beneath, strict=True)
        return [_changed(log_probs, beneath, change) for log_probs, beneath in pairs]

    def _seen(self, probs: Sequence[Floats]) -> tuple[Floats, Floats]:
        """Log probability of each state at each step, (steps, lessons, states); and turned round in both."""
        there = np.full((max(self._steps), *self._labels.shape), _NO_PATH)
        back = there.copy()
        for k, each in enumerate(probs):
            steps, count = self._steps[k], self._count[k]
            there[:steps, k, :count] = each[:, self._labels[k, :count]]
            back[:steps, k, :count] = there[:steps, k, :count][::-1, ::-1]
        return there, back


def _states(labels: Sequence[int]) -> list[int]:
    """With the blank (0) before, between and after."""
    states = [0]
    for label in labels:
        states += [label, 0]
    return states


def _ended(forward: Floats, steps: int, states: int) -> float:
    return float(np.logaddexp.reduce(forward[steps - 1, max(0, states - 2) : states]))


def _forward(seen: Floats, labels: NDArray[np.int64]) -> Floats:
    """Sums over all paths up to each step, (steps, lessons, states)."""
    skips = (labels[:, 2:] != 0) & (labels[:, 2:] != labels[:, :-2])
    found = np.full(seen.shape, _NO_PATH)
    found[0, :, :2] = seen[0, :, :2]
    for step in range(1, len(seen)):
        before = found[step - 1]
        now = before.copy()
        now[:, 1:] = np.logaddexp(now[:, 1:], before[:, :-1])
        now[:, 2:] = np.where(skips, np.logaddexp(now[:, 2:], before[:, :-2]), now[:, 2:])
        found[step] = np.maximum(now + seen[step], _NO_PATH)
    return found
