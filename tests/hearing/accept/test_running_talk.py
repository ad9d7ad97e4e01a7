"""A jump in level over talk that does not stop."""

from __future__ import annotations

import numpy as np

from skill.hearing.accept.running_talk import RunningTalk


def fed(talk: RunningTalk, *levels_dbfs: float) -> list[float]:
    found = (talk.rises(level) for level in levels_dbfs)
    return [level for level in found if level is not None]


def talking(seconds: float, seed: int = 1) -> list[float]:
    return list(np.random.default_rng(seed).uniform(-60.0, -46.0, round(seconds * 50)))


def test_a_cry_ten_decibels_over_talk_begins_something() -> None:
    talk = RunningTalk()
    assert fed(talk, *talking(6.0)) == []
    [level, *_] = fed(talk, *[-38.0] * 6)
    assert -50 < level < -45


def test_talk_as_loud_as_before_begins_nothing() -> None:
    assert fed(RunningTalk(), *talking(30.0)) == []


def test_a_single_loud_frame_begins_nothing() -> None:
    talk = RunningTalk()
    fed(talk, *talking(6.0))
    assert fed(talk, -30.0, -30.0, *talking(0.5, seed=2)) == []


def test_the_louder_end_of_a_sentence_alone_begins_nothing() -> None:
    talk = RunningTalk()
    assert fed(talk, *talking(2.0), *[-36.0] * 10) == []


def test_after_quiet_it_has_forgotten() -> None:
    talk = RunningTalk()
    fed(talk, *talking(6.0))
    talk.forget()
    assert fed(talk, *[-30.0] * 10) == []
