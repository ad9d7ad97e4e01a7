"""The live night: one event loop that joins the hearing process, the loudspeaker's thread and the clock."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from skill.events import Fault, Heard, Pulse, Requested, SpeechBegan, Spoken, Unclear
from skill.service.clock import Clock
from skill.service.engine import Engine
from skill.service.health import HealthWatch

HOUSEKEEPING_S = 1.0

Message = Heard | Unclear | SpeechBegan | Pulse | Fault | Spoken | Requested


class LiveLoop:
    """Takes messages from any thread and lets the engine answer them in order.

    `housekeeping` is called about once a second, between messages; `witness` sees health messages too.
    """

    def __init__(
        self,
        clock: Clock,
        housekeeping: Callable[[], None] = lambda: None,
        on_fault: Callable[[Fault], None] = lambda _: None,
    ) -> None:
        self._clock = clock
        self._housekeeping = housekeeping
        self._on_fault = on_fault
        self._messages: asyncio.Queue[Message | Callable[[], None]] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    def deliver(self, message: Message | Callable[[], None]) -> None:
        """Hand over a message, or something to be called in the loop. From any thread, never blocks."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            with contextlib.suppress(RuntimeError):  # the loop closed this very moment
                loop.call_soon_threadsafe(self._messages.put_nowait, message)

    def stop(self) -> None:
        """Ask `run` to return, from any thread."""
        self.deliver(self._stopping.set)

    async def run(self, engine: Engine, health: HealthWatch) -> None:
        """Until `stop`. Raises only for a fault in the program itself; the journal is safe by then."""
        self._loop = asyncio.get_running_loop()
        engine.begin()
        next_check_s = self._clock.now_s()
        while not self._stopping.is_set():
            deadline_s = engine.next_deadline_s()
            wake_s = next_check_s if deadline_s is None else min(next_check_s, deadline_s)
            message = await self._next(wake_s - self._clock.now_s())
            if message is not None:
                self._take(message, engine, health)
            engine.fire_due_timers()
            if self._clock.now_s() >= next_check_s:
                next_check_s = self._clock.now_s() + HOUSEKEEPING_S
                self._housekeeping()

    async def _next(self, wait_s: float) -> Message | Callable[[], None] | None:
        if wait_s <= 0 and self._messages.empty():
            return None
        try:
            return await asyncio.wait_for(self._messages.get(), max(wait_s, 0.001))
        except TimeoutError:
            return None

    def _take(self, message: Message | Callable[[], None], engine: Engine, health: HealthWatch) -> None:
        match message:
            case Pulse():
                health.pulse(message)
            case Fault():
                health.fault(message)
                self._on_fault(message)
            case Heard():
                health.heard(message)
                engine.handle(message)
            case Unclear() | SpeechBegan() | Spoken() | Requested():
                engine.handle(message)
            case _:
                message()
