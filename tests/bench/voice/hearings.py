"""What ears made of a voice, kept line by line, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from skill.speaking.making.stranger import letter_errors, nearest

UNHEARD = "-"  # longer than the second ear's window


@dataclass(frozen=True, slots=True)
class Hearing:
    """One sound, as it reached one kind of ear. `second_ear`, `model`: which of all texts each took it for."""

    language: str
    voice: str
    rate_wpm: str
    ears: str
    sound: str  # a hash of it
    text: str
    wrote: str
    second_ear: str
    model: str


class Hearings:
    """A file of them; new ones are written at once."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._there: dict[tuple[str, ...], Hearing] = {}
        if file is not None and file.is_file():
            with file.open(encoding="utf-8", newline="") as stream:
                for line in csv.reader(stream, delimiter="\t"):
                    if len(line) == len(fields(Hearing)):
                        self._keep(Hearing(*line))

    def find(self, *place: str) -> Hearing | None:
        """By language, voice, rate, ears, sound and text."""
        return self._there.get(place)

    def add(self, hearing: Hearing) -> Hearing:
        self._keep(hearing)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8", newline="") as stream:
                csv.writer(stream, delimiter="\t", lineterminator="\n").writerow(astuple(hearing))
        return hearing

    def _keep(self, hearing: Hearing) -> None:
        self._there[astuple(hearing)[:6]] = hearing


def summary(hearings: Iterable[Hearing], texts: Sequence[str]) -> str:
    """Letter errors ± 95 %, texts found [95 %] by the stranger, by the second ear, by our own model."""
    heard = list(hearings)
    errors = [letter_errors(each.text, each.wrote) for each in heard]
    mean, half = float(np.mean(errors)), 1.96 * float(np.std(errors)) / len(errors) ** 0.5
    found = sum(nearest(each.wrote, texts) == each.text for each in heard)
    low, high = wilson(found, len(heard))
    short = [each for each in heard if each.second_ear != UNHEARD]
    second = sum(each.second_ear == each.text for each in short)
    model = sum(each.model == each.text for each in heard)
    return (
        f"{mean:6.1%} ±{half:5.1%}   {found:4} of {len(heard)} [{low:.0%}, {high:.0%}]   "
        f"second ear {second} of {len(short)}   model {model} of {len(heard)}"
    )


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share."""
    p, z = hits / n, 1.96
    middle, half = p + z * z / (2 * n), z * ((p * (1 - p) + z * z / (4 * n)) / n) ** 0.5
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
