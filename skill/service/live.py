"""The live night: one event loop that joins the hearing process, the loudspeaker's thread and the clock."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable

from skill.events import Fault, FaultOver, Heard, Pulse, Requested, SpeechBegan, Spoken, Unclear
from skill.messages.message import Message
from skill.service.clock import Clock
from skill.service.engine import Engine
from skill.service.guarded import why
from skill.service.health import HealthWatch
from skill.service.ports import Tell

HOUSEKEEPING_S = 1.0
_log = logging.getLogger(__name__)

LoopMessage = Heard | Unclear | SpeechBegan | Pulse | Fault | FaultOver | Spoken | Requested
Deliver = Callable[[LoopMessage | Callable[[], None]], None]
"""Hands a message, or something to be called there, to the loop. From any thread, never blocks."""


class LiveLoop:
    """Takes messages from any thread and lets the engine answer them in order.

    `housekeeping` is called about once a second, between messages; `witness` sees health messages too.
    """

    def __init__(
        self,
        clock: Clock,
        housekeeping: Callable[[], None] = lambda: None,
        on_fault: Callable[[Fault], None] = lambda _: None,
        tell: Tell = lambda _source, _severity, _sentence, _cause="": None,
    ) -> None:
        """`tell`: of a fault in the program itself."""
        self._clock = clock
        self._tell = tell
        self._housekeeping = housekeeping
        self._on_fault = on_fault
        self._messages: deque[LoopMessage | Callable[[], None]] = deque()
        self._arrived = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False

    def deliver(self, message: LoopMessage | Callable[[], None]) -> None:
        """Hand over a message, or something to be called in the loop. From any thread, never blocks.

        What comes before `run` waits for it.
        """
        self._messages.append(message)
        loop = self._loop
        if loop is not None and not loop.is_closed():
            with contextlib.suppress(RuntimeError):  # the loop closed this very moment
                loop.call_soon_threadsafe(self._arrived.set)

    def waiting(self) -> int:
        """How many messages have not been taken yet."""
        return len(self._messages)

    def stop(self) -> None:
        """Ask `run` to return, from any thread."""
        self.deliver(self._stop)

    async def run(self, engine: Engine, health: HealthWatch) -> None:
        """Until `stop`. Never raises: what fails in a conversation ends it, and the next cry is answered."""
        self._loop = asyncio.get_running_loop()
        engine.begin()
        next_check_s = self._clock.now_s()
        while not self._stopping:
            deadline_s = engine.next_deadline_s()
            wake_s = next_check_s if deadline_s is None else min(next_check_s, deadline_s)
            message = await self._next(wake_s - self._clock.now_s())
            try:
                if message is not None:
                    self._take(message, engine, health)
                engine.fire_due_timers()
            except Exception as error:
                _log.exception("a message could not be handled")
                self._tell(
                    "service",
                    "degraded",
                    Message("service.conversation_began_anew", why=why(error)),
                    "conversation",
                )
                engine.begin_anew()
            if self._clock.now_s() >= next_check_s:
                next_check_s = self._clock.now_s() + HOUSEKEEPING_S
                self._housekeeping()

    async def _next(self, wait_s: float) -> LoopMessage | Callable[[], None] | None:
        if not self._messages and wait_s > 0:
            self._arrived.clear()
            if not self._messages:  # none came between the look and the clearing
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._arrived.wait(), wait_s)
        else:
            await asyncio.sleep(0)  # signals and other tasks get their turn
        return self._messages.popleft() if self._messages else None

    def _stop(self) -> None:
        self._stopping = True

    def _take(self, message: LoopMessage | Callable[[], None], engine: Engine, health: HealthWatch) -> None:
        match message:
            case Pulse():
                health.pulse(message)
            case Fault():
                health.fault(message)
                self._on_fault(message)
            case FaultOver():
                health.mended(message.source, message.cause)
            case Heard():
                health.heard(message)
                engine.handle(message)
                health.mended("service", "conversation")
            case Unclear() | SpeechBegan() | Spoken() | Requested():
                engine.handle(message)
            case _:
                try:
                    message()
                except Exception as error:  # asked for from outside the conversation, which goes on
                    _log.exception("something asked for could not be done")
                    self._tell("service", "notice", Message(
                        "service.part_fails", what=Message("service.part_asked_for"), why=why(error)
                    ))  # fmt: skip
