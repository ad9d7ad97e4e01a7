"""Faults around the whole service: file operations and observers that fail, at the start and at night.

Each is one night in this process, in which somebody cries; how long the answer took is what is measured.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from skill.journal.storage.store import Journal
from tests.bench.faults.results import Outcome
from tests.service.whole.held_night import FAILING, FileFaults, HeldNight
from tests.service.whole.test_nothing_else_ends_a_night import EXCEPTIONS, OBSERVERS, Raising

Inject = Callable[[np.random.Generator, Path], Outcome]
MOST_OPERATIONS = 120  # a start in a used home does some hundred


def file_operations(when: str, number: int, from_then_on: bool) -> Inject:
    """A file operation drawn by chance fails, alone or with all that follow."""

    def inject(rng: np.random.Generator, folder: Path) -> Outcome:
        used = HeldNight(folder / "home")
        used.somebody_cries = False
        used.live()
        before = _rows(used)
        night = HeldNight(folder / "home")
        faults = FileFaults(folder / "home", int(rng.integers(MOST_OPERATIONS)), number, from_then_on)
        began_s = time.monotonic()
        lived = night.live(**{when: faults})  # type: ignore[arg-type]
        taken_s = time.monotonic() - began_s
        lost = len(set(before) - set(_rows(night)))
        return Outcome(taken_s if lived.answered else None, lost, left_alone=not lived.answered)

    return inject


def observer(make: Callable[[BaseException], dict[str, object]]) -> Inject:
    """An observer raises something that Python can raise, drawn by chance."""

    def inject(rng: np.random.Generator, folder: Path) -> Outcome:
        night = HeldNight(folder / "home")
        error = EXCEPTIONS[int(rng.integers(len(EXCEPTIONS)))]
        began_s = time.monotonic()
        lived = night.live(night.choices(**make(error)))
        taken_s = time.monotonic() - began_s
        return Outcome(taken_s if lived.answered else None, left_alone=not lived.answered, note=repr(error))

    return inject


def _rows(night: HeldNight) -> list[str]:
    with Journal.open(night.paths.database_file) as journal:
        return [event.uuid for event in journal.all_events()]


NIGHT_FAULTS: dict[str, Inject] = {
    f"{errno.errorcode[number]} {'from then on' if lasting else 'once'} {when.replace('_', ' ')}": file_operations(
        when, number, lasting
    )
    for when in ("at_start", "at_night")
    for number in (*FAILING, errno.EIO, errno.EMFILE, errno.EDQUOT)
    for lasting in (False, True)
} | {f"{name} raises": observer(make) for name, make in OBSERVERS.items()} | {
    "what prints the conversation raises": observer(
        lambda error: {"witnesses": lambda _contents, _clock: (Raising(error),)}
    )
}  # fmt: skip
