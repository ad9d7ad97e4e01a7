"""The live loop: messages from other threads, timers by the real clock, health from frames."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from skill.events import Fault, Heard, Intent, Pulse
from skill.service.live import LiveLoop
from tests.service.typed import TypedNight


def run(night: TypedNight, loop: LiveLoop, while_it_runs: object) -> None:
    """Run the loop; `while_it_runs` acts from another thread once it turns, and then it is stopped."""
    assert callable(while_it_runs)

    def act() -> None:
        while_it_runs()
        loop.stop()

    async def live() -> None:
        asyncio.get_running_loop().call_soon(threading.Thread(target=act, daemon=True).start)
        await asyncio.wait_for(loop.run(night.engine, night.health), 20)

    asyncio.run(live())


def test_what_is_heard_in_another_thread_is_answered(night: TypedNight) -> None:
    loop = LiveLoop(night.clock)
    run(night, loop, lambda: loop.deliver(Heard(Intent("cramp", "calf"), "krampe i leggen", "idle", 0.0)))
    assert "calf.B1" in night.seen.said
    assert night.health.health.last_heard is not None


def test_pulses_and_faults_reach_health_and_the_terminal(night: TypedNight) -> None:
    shown: list[Fault] = []
    loop = LiveLoop(night.clock, on_fault=shown.append)
    fault = Fault("microphone", "deaf", "Mikrofonen er borte.", 0.0)

    def act() -> None:
        loop.deliver(fault)
        loop.deliver(Pulse(0.0, 50, 0.0, -60.0, "mikrofon"))

    run(night, loop, act)
    assert shown == [fault]
    assert night.health.health.last_pulse is not None


def test_housekeeping_turns(night: TypedNight) -> None:
    turned = threading.Event()
    loop = LiveLoop(night.clock, turned.set)
    run(night, loop, lambda: turned.wait(5))
    assert turned.is_set()


def test_a_message_after_the_end_is_dropped_without_complaint(night: TypedNight, tmp_path: Path) -> None:  # noqa: ARG001
    loop = LiveLoop(night.clock)
    run(night, loop, lambda: None)
    loop.deliver(Pulse(0.0, 1, 0.0, -60.0, "mikrofon"))
