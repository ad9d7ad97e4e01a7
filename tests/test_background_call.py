"""What doesn't come back is waited for no longer than one wants to."""

from __future__ import annotations

import threading

import pytest

from skill.background_call import BackgroundCall


def test_its_result_and_its_error_are_handed_on() -> None:
    fine, bad = BackgroundCall("fine", lambda: 3), BackgroundCall("bad", lambda: 1 // 0)
    assert fine.returned(10) and bad.returned(10)
    assert fine.result() == 3
    with pytest.raises(ZeroDivisionError):
        bad.result()


def test_one_that_hangs_is_left_and_comes_back_when_it_can() -> None:
    goes_on = threading.Event()
    call = BackgroundCall("hangs", lambda: goes_on.wait(60))
    assert not call.returned(0.01)
    goes_on.set()
    assert call.returned(10) and call.result()


def test_one_after_another_is_begun_when_that_has_come_back() -> None:
    goes_on, order = threading.Event(), list[str]()

    def start() -> None:
        goes_on.wait(60)
        order.append("start")

    starting = BackgroundCall("start", start)
    closing = BackgroundCall("close", lambda: order.append("close"), starting)
    assert not closing.returned(0.01)
    goes_on.set()
    assert closing.returned(10)
    assert order == ["start", "close"]
