from __future__ import annotations

from skill.service.timers import Timers


def test_a_timer_is_due_from_its_deadline_on_and_only_once() -> None:
    timers = Timers()
    timers.start("hold", 20.0)
    assert timers.pop_due(19.99) is None
    assert timers.pop_due(20.0) == "hold"
    assert timers.pop_due(99.0) is None


def test_timers_fire_in_the_order_of_their_deadlines() -> None:
    timers = Timers()
    timers.start("late", 3.0)
    timers.start("early", 1.0)
    assert [timers.pop_due(5.0), timers.pop_due(5.0)] == ["early", "late"]


def test_starting_a_timer_again_replaces_its_deadline() -> None:
    timers = Timers()
    timers.start("answer", 1.0)
    timers.start("answer", 6.0)
    assert timers.pop_due(5.0) is None
    assert timers.next_s() == 6.0


def test_a_cancelled_timer_never_fires() -> None:
    timers = Timers()
    timers.start("hold", 1.0)
    timers.cancel("hold")
    timers.cancel("never started")
    assert timers.pop_due(9.0) is None
    assert timers.next_s() is None
