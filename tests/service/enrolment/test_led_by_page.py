"""While somebody says the phrases, only the one that is asked for starts nothing. The process that learns is real."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from skill.audio.samples import Samples
from skill.events import Heard, Intent
from skill.messages.message import Message
from skill.paths import UserPaths
from skill.service.enrolment.led_by_page import EnrolmentByPage
from skill.web.ports import Enrolment
from tests.service.typed import TypedNight

LIMIT_S = 60.0  # on a busy machine
SILENCE = np.zeros(64_000, np.int16)


class AtThePage:
    """Somebody with the phone in hand; the loop does at once what it is handed."""

    def __init__(self, night: TypedNight, folder: Path) -> None:
        self.night = night
        self.take: Callable[[Samples], None] = lambda _sound: None
        self.time_is_up: Callable[[], None] = lambda: None
        paths = UserPaths(folder, folder, folder)
        self.enrolment = EnrolmentByPage(paths, night.engine, self._do, self._record, self._later)

    def _do(self, what: object) -> None:
        assert callable(what)
        what()

    def _record(self, seconds: float, take: Callable[[Samples], None]) -> None:
        assert seconds > 0
        self.take = take

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        assert seconds > 0
        self.time_is_up = call

    def until(self, seen: Callable[[Enrolment], bool]) -> Enrolment:
        look = threading.Event()
        for _ in range(round(LIMIT_S / 0.02)):
            if seen(state := self.enrolment.state()):
                return state
            look.wait(0.02)
        raise AssertionError(state)

    def until_asked(self, number: int) -> Enrolment:
        return self.until(lambda state: state.stage == "asking" and state.number == number)

    def hear(self, intent: str, value: str = "") -> None:
        self.night.engine.handle(Heard(Intent(intent, value), "", "idle", self.night.clock.now_s()))


@pytest.fixture
def page(night: TypedNight, tmp_path: Path) -> Iterator[AtThePage]:
    at_the_page = AtThePage(night, tmp_path)
    yield at_the_page
    at_the_page.enrolment.ask("end")


def helped(night: TypedNight) -> bool:
    return "episode_started" in night.seen.recorded


def test_the_phrase_that_is_asked_for_starts_nothing_and_its_recording_is_looked_at(
    night: TypedNight, page: AtThePage
) -> None:
    assert page.enrolment.ask("begin") == "done"
    page.until_asked(1)
    assert page.enrolment.ask("say") == "done"
    assert page.enrolment.state().stage == "recording"
    assert page.enrolment.state().again_s is not None
    page.hear("cramp", "calf")
    page.hear("other_cramp")
    assert not helped(night)
    page.take(SILENCE)
    state = page.until(lambda state: bool(state.told))
    assert (state.stage, state.number) == ("asking", 1)
    assert "helt stille" in state.told[0]
    page.hear("cramp", "calf")  # its last words may still come
    assert not helped(night)
    page.time_is_up()
    page.hear("cramp", "calf")
    assert helped(night)


def test_a_cry_between_two_phrases_is_answered_and_nothing_is_recorded_meanwhile(
    night: TypedNight, page: AtThePage
) -> None:
    page.enrolment.ask("begin")
    page.until_asked(1)
    page.hear("cramp", "calf")
    assert helped(night)
    assert page.enrolment.ask("say") == "busy"
    assert page.enrolment.state().stage == "asking"


@pytest.mark.parametrize("called", ["help", "alarm"])
def test_whoever_calls_for_something_else_meanwhile_is_answered(
    night: TypedNight, page: AtThePage, called: str
) -> None:
    page.enrolment.ask("begin")
    page.until_asked(1)
    page.enrolment.ask("say")
    page.hear(called, "breath" if called == "alarm" else "")
    assert night.seen.said
    if called != "alarm":
        assert page.enrolment.state().told == (Message("enrol.somebody_called"),)
        page.take(SILENCE)  # of the recording that was dropped
        assert page.enrolment.state().stage == "asking"


def test_a_cry_of_cramp_counts_while_an_ordinary_sentence_is_asked_for(
    night: TypedNight, page: AtThePage
) -> None:
    page.enrolment.ask("begin")
    state = page.until_asked(1)
    while "krampe" in state.phrase:
        page.enrolment.ask("leave_out")
        state = page.until_asked(state.number + 1)
    page.enrolment.ask("say")
    page.hear("cramp", "calf")
    assert helped(night)


def test_after_it_was_ended_every_cry_counts_and_nothing_is_left(night: TypedNight, page: AtThePage) -> None:
    page.enrolment.ask("begin")
    page.until_asked(1)
    page.enrolment.ask("say")
    page.enrolment.ask("end")
    assert page.enrolment.state() == Enrolment()
    page.hear("cramp", "calf")
    assert helped(night)


def test_a_process_that_ends_by_itself_is_told_of(page: AtThePage) -> None:
    page.enrolment.ask("begin")
    page.until_asked(1)
    process = page.enrolment._process
    assert process is not None
    process.end()
    state = page.until(lambda state: state.stage == "refused")
    assert state.told == (Message("enrol.ended_by_itself"),)
    assert page.enrolment.ask("begin") == "done"
