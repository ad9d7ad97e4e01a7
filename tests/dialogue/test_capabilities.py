"""What the dialogue is told of the person and the hour."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from skill.dialogue.capabilities import Capabilities
from skill.journal.times import quarter_of
from tests.dialogue.night import Night
from tests.dialogue.world import script


@pytest.mark.parametrize(
    ("shown", "quarter"),
    [("00:00", 0), ("03:07", 12), ("03:08", 13), ("03:30", 14), ("11:53", 0), ("15:45", 15), ("23:59", 0)],
)
def test_the_hour_is_told_to_the_nearest_quarter_on_a_clock_face(shown: str, quarter: int) -> None:
    hours, minutes = map(int, shown.split(":"))
    assert quarter_of(datetime(2026, 1, 2, hours, minutes, tzinfo=UTC), UTC) == quarter


def test_whoever_asks_for_the_time_is_told_and_the_hold_goes_on() -> None:
    night = Night(script(), Capabilities(quarter=14)).hears("cramp:calf").wait(6).hears("time")
    assert night.state.scene == "holding"
    assert night.said[-1][1] == ("clock.14",)


def test_a_clock_that_is_not_proved_is_not_told() -> None:
    night = Night(script(), Capabilities(quarter=None)).hears("cramp:calf").wait(6).hears("time")
    assert night.said[-1][1] == ("clock.unknown",)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_quarter_has_its_words(language: str) -> None:
    texts = script(language).texts
    assert len({texts[f"clock.{quarter}"] for quarter in range(48)}) == 48
