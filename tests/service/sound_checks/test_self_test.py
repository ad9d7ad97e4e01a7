"""Once in the evening it speaks and has to hear itself; what it then knows is told, kept and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from skill.audio.samples import RATE_HZ, Samples
from skill.audio.sound import Sound
from skill.events import Fault
from skill.service.sound_checks.self_test import (
    FAILED_KEY,
    SELF_TEST_KEY,
    SelfTest,
    SelfTestParts,
    SelfTestResult,
    judge,
    load_result,
)
from tests.hearing.speech import mixed, noise, pause, speech

SAID = Sound(speech("jeg prøver lyden før natta"), RATE_HZ)
OSLO = ZoneInfo("Europe/Oslo")
ROOM = noise(3.0, -62.0)


def heard(gain: float, lost_s: float = 0.0) -> Samples:
    samples = (SAID.samples * gain).astype(np.int16)
    samples[: round(lost_s * RATE_HZ)] = 0
    return mixed(np.concatenate([pause(0.4), samples, pause(3.0)]), ROOM)


class Evening:
    def __init__(self, file: Path) -> None:
        self.now = datetime(2026, 11, 28, 20, 0, tzinfo=OSLO)
        self.said: list[str] = []
        self.faults: list[Fault] = []
        self.mended: list[tuple[str, str]] = []
        self.leads: list[float] = []
        self.quiet = True
        self.take: Callable[[Samples], None] = lambda _samples: None
        parts = SelfTestParts(
            lambda: SAID,
            self._record,
            self._say,
            lambda call: call(),
            self.faults.append,
            lambda source, cause: self.mended.append((source, cause)),
            self.leads.append,
        )  # fmt: skip
        self.test = SelfTest(parts, file, lambda: "22:00", lambda: self.now, lambda: 0.0, lambda: self.quiet)

    def _record(self, seconds: float, take: Callable[[Samples], None]) -> None:
        assert seconds > SAID.duration_s + 2.0
        self.take = take

    def _say(self, key: str) -> bool:
        self.said.append(key)
        return True

    def at(self, hour: int, minute: int, day: int = 28) -> None:
        self.now = self.now.replace(day=day, hour=hour, minute=minute)
        self.test.turn()


@pytest.fixture
def evening(tmp_path: Path) -> Evening:
    return Evening(tmp_path / "self_test.json")


def test_it_is_done_once_an_hour_before_the_quiet_hours(evening: Evening) -> None:
    evening.at(20, 59)
    assert evening.said == []
    for minute in (0, 1, 29):
        evening.at(21, minute)
    assert evening.said == [SELF_TEST_KEY]
    evening.at(21, 5, day=29)
    assert evening.said == [SELF_TEST_KEY] * 2


def test_it_waits_for_a_conversation_to_end_and_is_left_when_it_is_late(evening: Evening) -> None:
    evening.quiet = False
    evening.at(21, 0)
    assert evening.said == []
    evening.quiet = True
    evening.at(21, 31)
    assert evening.said == []


def test_a_voice_that_comes_back_takes_the_fault_away(evening: Evening) -> None:
    evening.at(21, 0)
    evening.take(heard(0.1))
    assert (evening.faults, evening.mended, evening.said) == (
        [],
        [("loudspeaker", "self_test")],
        [SELF_TEST_KEY],
    )
    assert evening.test.latest is not None and evening.test.latest.outcome == "well"
    assert evening.test.latest.path.delay_s == pytest.approx(0.4, abs=0.02)
    assert evening.leads == [0.0]


@pytest.mark.parametrize(
    ("recorded", "outcome", "source"),
    [
        (noise(8.0, -62.0), "not_heard", "loudspeaker"),
        (pause(8.0), "silent", "microphone"),
        (np.random.default_rng(1).integers(-1, 2, 8 * RATE_HZ).astype(np.int16), "silent", "microphone"),
        (heard(0.008), "soft", "loudspeaker"),
    ],
    ids=["muted loudspeaker", "dead microphone", "muted microphone", "too soft"],
)
def test_what_is_wrong_is_told_and_said(
    evening: Evening, recorded: Samples, outcome: str, source: str
) -> None:
    evening.at(21, 0)
    evening.take(recorded)
    assert evening.test.latest is not None and evening.test.latest.outcome == outcome
    assert [(fault.source, fault.severity) for fault in evening.faults] == [
        (source, "deaf" if outcome == "silent" else "degraded")
    ]
    assert evening.said == [SELF_TEST_KEY, FAILED_KEY]


def test_a_loudspeaker_that_sleeps_is_woken_before_the_first_word_from_then_on(evening: Evening) -> None:
    evening.at(21, 0)
    evening.take(heard(0.2, lost_s=0.8))
    assert 0.5 <= evening.leads[-1] <= 1.4
    evening.at(21, 0, day=29)
    evening.take(heard(0.2))
    assert evening.leads[-1] == evening.leads[-2], "what woke it in time is forgotten"


def test_the_result_is_known_after_a_restart(evening: Evening, tmp_path: Path) -> None:
    evening.at(21, 0)
    evening.take(heard(0.2, lost_s=0.8))
    again = Evening(tmp_path / "self_test.json")
    assert again.test.latest == evening.test.latest
    again.now = evening.now
    again.at(21, 10)
    assert again.said == [], "done twice on one evening"


def test_a_page_may_begin_it_and_gets_the_result(evening: Evening) -> None:
    results: list[SelfTestResult] = []
    assert evening.test.begin(results.append)
    first = evening.take
    assert evening.test.begin(results.append)
    first(pause(8.0))
    assert results == [], "the recording of an older test was judged"
    evening.take(heard(0.1))
    assert [result.outcome for result in results] == ["well"]
    evening.quiet = False
    assert not evening.test.begin(results.append)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"at": "igår"}'])
def test_a_broken_file_is_no_result(tmp_path: Path, text: str) -> None:
    file = tmp_path / "self_test.json"
    file.write_text(text)
    assert load_result(file) is None


def test_every_result_has_a_sentence() -> None:
    at = datetime(2026, 11, 28, 21, 0, tzinfo=OSLO)
    for recorded in (heard(0.1), heard(0.008), pause(8.0), noise(8.0, -62.0)):
        assert "{" not in judge(at, SAID, recorded).sentence
