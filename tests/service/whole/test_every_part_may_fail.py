"""Whatever part of the wiring raises whatever Python can raise, at the start and at night, the cry is answered.

The parts are those that the program itself names; one that is new and not reached here fails this test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

import pytest

import skill.service
from skill.messages.message import Message
from skill.service.assembly import Choices
from skill.service.bedside import RunningNight
from skill.service.guarded import Guard, GuardedWitness, WitnessInTheLoop
from skill.service.parts import ground
from tests.service.whole.held_night import HeldNight
from tests.service.whole.test_nothing_else_ends_a_night import EXCEPTIONS, OBSERVERS

T = TypeVar("T")
SERVICE = Path(next(iter(skill.service.__path__)))
PARTS = sorted(
    {
        name
        for path in SERVICE.rglob("*.py")
        for name in re.findall(r'"(service\.part_\w+)"', path.read_text("utf-8"))
    }
    - {
        "service.part_fails",
        "service.part_asked_for",
    }  # a sentence; and what pages ask for, see tests of the loop
)
OF_REAL_DEVICES = {"service.part_self_test", "service.part_sound_server"}
"""Wired only where microphone and loudspeaker are the settings' own; duties like the others."""

WHAT_THE_NIGHT_IS_MADE_OF = {
    "microphone", "loudspeaker", "voice", "clock", "hearing_child", "model", "web_port", "web"
}  # fmt: skip
"""Choices that are no observers."""


class FailingPart(Guard):
    """In place of one part's work something is raised: another exception each time, until all have been."""

    part = ""
    calls = 0

    def call(self, what: str, work: Callable[[], T], otherwise: T) -> T:
        if not (isinstance(what, Message) and what.key == FailingPart.part):
            return super().call(what, work, otherwise)
        error = EXCEPTIONS[FailingPart.calls % len(EXCEPTIONS)]
        FailingPart.calls += 1

        def raises() -> T:
            raise error

        return super().call(what, raises, otherwise)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> type[FailingPart]:
    monkeypatch.setattr(ground, "Guard", FailingPart)
    FailingPart.calls = 0
    return FailingPart


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("part", [part for part in PARTS if part not in OF_REAL_DEVICES])
def test_a_part_that_raises_each_time_ends_nothing(
    part: str, number: int, failing: type[FailingPart], tmp_path: Path
) -> None:
    failing.part, begins = part, number * len(EXCEPTIONS) // 3
    failing.calls = begins
    assert HeldNight(tmp_path).live().answered
    assert failing.calls > begins, f"{part} was not reached: how can it fail at night?"


def test_every_choice_is_a_part_of_the_night_or_an_observer_that_is_made_to_fail() -> None:
    made_to_fail = {name for make in OBSERVERS.values() for name in make(OSError())}
    assert {field.name for field in fields(Choices)} == WHAT_THE_NIGHT_IS_MADE_OF | made_to_fail


def test_the_conversation_knows_its_observers_only_behind_a_guard(tmp_path: Path) -> None:
    seen: list[object] = []

    class Looking(HeldNight):
        @staticmethod
        def _a_second_passes(night: RunningNight) -> None:
            seen.extend(vars(night.engine)["_witnesses"])
            HeldNight._a_second_passes(night)

    night = Looking(tmp_path)
    night.live(night.choices(witnesses=lambda _contents, _clock: (Silent(), Silent())))
    assert len(seen) >= 3
    assert {type(witness) for witness in seen} == {GuardedWitness, WitnessInTheLoop}


class Silent:
    def saw(self, what: object) -> None: ...
