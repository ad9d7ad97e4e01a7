from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from skill.service.clock import SystemClock, VirtualClock
from tests.service.typed import OSLO, THREE


def test_a_virtual_clock_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(THREE)
    assert (clock.now_s(), clock.wall()) == (0.0, THREE)
    clock.advance(90)
    assert (clock.now_s(), clock.wall()) == (90.0, THREE + timedelta(seconds=90))


def test_a_jump_of_the_wall_clock_does_not_touch_monotonic_time() -> None:
    clock = VirtualClock(THREE)
    clock.jump_wall(timedelta(hours=-1))
    assert (clock.now_s(), clock.wall()) == (0.0, THREE - timedelta(hours=1))


def test_time_never_goes_backwards_and_a_start_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="forward"):
        VirtualClock(THREE).advance(-1)
    with pytest.raises(ValueError, match="aware"):
        VirtualClock(datetime(2026, 11, 23))


def test_the_system_clock_gives_aware_time() -> None:
    assert SystemClock().wall().astimezone(OSLO).tzinfo is not None
