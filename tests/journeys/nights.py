"""Nights that a changed setting may change: said and timed by the real dialogue, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from skill.settings.values import Settings
from tests.service.typed import TypedNight

Line = tuple[str, float]
LADDER = [("neste", 4.0)] * 16
NIGHTS: dict[str, list[Line]] = {
    "the calf's ladder": [("krampe i leggen", 4.0), *LADDER],
    "the calf, without a word": [("krampe i leggen", 400.0)],
    "the thigh's ladder": [("krampe i låret", 4.0), ("foran på låret", 4.0), *LADDER],
    "no breath": [("jeg får ikke puste", 30.0)],
    "numb": [("krampe i leggen", 4.0), ("foten er nummen", 4.0), ("det gikk over", 150.0)],
    "cold": [("krampe i leggen", 4.0), ("foten er kald", 4.0), ("det gikk over", 150.0)],
    "it is over": [("krampe i leggen", 4.0), ("det gikk over", 20.0), ("nei", 20.0), ("nei", 60.0)],
    "swollen, and over": [
        ("krampe i leggen", 4.0),
        ("leggen er hoven", 4.0),
        ("det gikk over", 20.0),
        ("nei", 20.0),
        ("nei", 60.0),
    ],
    "the morning": [("god morgen", 60.0)],
}
"""What is typed, each when the device has fallen silent, and how long to wait then."""

ANSWERS = {
    "ask.t2": "nei",
    "ask.t1_chest": "nei",
    "ask.t1_breath": "nei",
    "ask.steady": "ja",
    "ask.t3": "nei",
}
"""A question that has been asked is answered with this before the night goes on."""


class NightsByKeyboard:
    """`said` plays one of NIGHTS with these settings; the sounds are made once."""

    def __init__(self, folder: Path, sounds: Path) -> None:
        self._folder = folder
        self._sounds = sounds
        self._count = 0

    def said(self, name: str, settings: Settings) -> tuple[tuple[str, ...], int]:
        """Text keys in order, and how much happened."""
        night = self._night(settings)
        for phrase, wait_s in NIGHTS[name]:
            _answer_and_be_quiet(night)
            night.say(phrase)
            night.wait(wait_s)
        night.journal.close()
        return tuple(night.seen.said), len(night.seen.all)

    def first_sound(self, settings: Settings) -> tuple[int, float]:
        """Length in samples and RMS of the first sentence of a night at three o'clock."""
        night = self._night(settings)
        night.say("krampe i leggen")
        heard: list[np.ndarray[tuple[int], np.dtype[np.int16]]] = []
        while night.loudspeaker.playing and len(heard) < 500:
            heard.append(night.loudspeaker.advance(0.02))
        night.journal.close()
        samples = np.concatenate(heard).astype(np.float64)
        return len(samples), round(float(np.sqrt(np.mean(samples**2))))

    def journal_after(self, settings: Settings) -> bool:
        """Do the words stand in the journal?"""
        night = self._night(settings)
        night.say("krampe i leggen")
        (phrase,) = [e.text("phrase") for e in night.journal.all_events() if e.kind == "heard"]
        night.journal.close()
        return bool(phrase)

    def _night(self, settings: Settings) -> TypedNight:
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir(parents=True)
        night = TypedNight(folder, self._sounds)
        night.settings = settings
        return night


def _answer_and_be_quiet(night: TypedNight) -> None:
    for _ in range(600):
        if not night.engine.speaking:
            answer = ANSWERS.get(night.seen.said[-1]) if night.seen.said else None
            if answer is None or night.seen.said.count(night.seen.said[-1]) > 1:
                return
            night.say(answer)
        night.wait(0.1)


Probe = Callable[[Settings], object]
