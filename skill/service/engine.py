"""The engine: one event in, the dialogue's effects carried out in order. It owns the dialogue's state."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from skill.content.script import Script
from skill.dialogue.capabilities import Capabilities
from skill.dialogue.machine import step
from skill.dialogue.state import State, initial
from skill.events import (
    Adjust,
    CancelTimer,
    DialogueEvent,
    Effect,
    Heard,
    Listen,
    Record,
    Requested,
    Say,
    Spoken,
    StartTimer,
    StopSpeaking,
    TimerFired,
    Unclear,
)
from skill.service.clock import Clock
from skill.service.ports import EngineParts
from skill.service.timers import Timers


class Engine:
    """Joins dialogue, hearing, speaking and journal. Called from one thread only.

    While a sentence plays, `Say.live` can be heard; after its true end, the grammar of the latest `Listen`.
    An event that arrives while another is being handled waits for its turn (a voice that fails at once
    reports its end from inside `say`).
    """

    def __init__(
        self,
        state: State,
        script: Script,
        capabilities: Callable[[], Capabilities],
        clock: Clock,
        parts: EngineParts,
        idle_grammar: str = "idle",
    ) -> None:
        self._state = state
        self._script = script
        self._capabilities = capabilities
        self._clock = clock
        self._ears = parts.ears
        self._mouth = parts.mouth
        self._scribe = parts.scribe
        self._witnesses = parts.witnesses
        self._timers = Timers()
        self._idle_grammar = self._grammar = idle_grammar
        self._saying: int | None = None
        self._announcing = 0  # ids of announcements are negative, those of the dialogue positive
        self._diverted: Callable[[Heard | Unclear], None] | None = None
        self._waiting: list[DialogueEvent] = []
        self._busy = False

    @property
    def state(self) -> State:
        return self._state

    @property
    def script(self) -> Script:
        return self._script

    @property
    def speaking(self) -> bool:
        return self._saying is not None

    @property
    def grammar(self) -> str:
        """What can be heard when nothing is being said."""
        return self._grammar

    def begin(self) -> None:
        """Open the ears for the first time."""
        self._ears.listen(self._grammar)

    @property
    def quiet(self) -> bool:
        """No conversation and no announcement is going on."""
        return self._saying is None and self._state.scene == "idle" and self._diverted is None

    def announce(self, play: Callable[[int], None], live: str = "speaking") -> bool:
        """Say something that is no part of a conversation; False, and nothing is said, unless `quiet`.

        `play` is given the number under which the end of the sound has to come back as `Spoken`; `live` is the
        grammar that is heard meanwhile.
        """
        if not self.quiet:
            return False
        self._announcing -= 1
        self._saying = self._announcing
        self._ears.own_voice(True)
        self._ears.listen(live)
        play(self._announcing)
        return True

    def divert(self, grammar: str, take: Callable[[Heard | Unclear], None]) -> bool:
        """For a test of the microphone: what is heard goes to `take` until `end_divert`. Alarm phrases never do.

        False, and nothing is changed, while a conversation goes on.
        """
        if self._state.scene != "idle" or self._diverted is not None:
            return False
        self._diverted = take
        if self._saying is None:
            self._ears.listen(grammar)
        self._grammar = grammar
        return True

    def end_divert(self) -> None:
        if self._diverted is not None:
            self._diverted = None
            self._grammar = self._idle_grammar
            if self._saying is None:
                self._ears.listen(self._grammar)

    def begin_anew(self) -> None:
        """After a fault in the program: as if nothing had been said, listening for a cry. Never raises."""
        self._state, self._saying, self._diverted = initial(), None, None
        self._timers.clear()
        self._waiting.clear()
        self._grammar = self._idle_grammar
        with contextlib.suppress(Exception):
            self._mouth.stop()
        with contextlib.suppress(Exception):
            self._ears.own_voice(False)
            self._ears.listen(self._grammar)

    def replace_script(self, script: Script) -> None:
        """New texts or another language; call only while no conversation is going on."""
        self._script = script

    def replace_state(self, state: State) -> None:
        """Facts that a later conversation needs, such as a danger sign of the night; only while idle."""
        self._state = state

    def handle(self, event: DialogueEvent) -> None:
        """Let the dialogue answer one event, and carry its effects out in order."""
        self._waiting.append(event)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                self._handle_one(self._waiting.pop(0))
        finally:
            self._busy = False

    def fire_due_timers(self) -> None:
        """Turn every deadline that has passed into an event."""
        now_s = self._clock.now_s()
        while (timer := self._timers.pop_due(now_s)) is not None:
            self.handle(TimerFired(timer, now_s))

    def next_deadline_s(self) -> float | None:
        return self._timers.next_s()

    def _handle_one(self, event: DialogueEvent) -> None:
        if isinstance(event, Spoken):
            if event.say_id != self._saying:
                return  # the end of something that was replaced; the dialogue has moved on
            self._saying = None
            self._ears.own_voice(False)
            self._ears.listen(self._grammar)
            if event.say_id < 0:
                return  # an announcement; the dialogue knows nothing of it
        if self._takes(event):
            return
        self._tell(event)
        self._state, effects = step(self._state, event, self._script, self._capabilities())
        for effect in effects:
            self._tell(effect)
            self._carry_out(effect)

    def _takes(self, event: DialogueEvent) -> bool:
        """Does a test of the microphone take this event, so that the dialogue never sees it?"""
        take = self._diverted
        if take is None or isinstance(event, TimerFired | Spoken | Requested):
            return False
        if isinstance(event, Heard) and event.intent.name in ("alarm", "seizure_word"):
            self.end_divert()
            return False
        if isinstance(event, Heard | Unclear):
            take(event)
        return True

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Record(kind, data):
                self._scribe.record(kind, data)
            case Say():
                self._saying = effect.say_id
                self._ears.own_voice(True)
                self._ears.listen(effect.live)
                self._mouth.say(effect)
            case StopSpeaking():
                self._mouth.stop()
            case Listen(grammar):
                self._grammar = grammar
                if self._saying is None:
                    self._ears.listen(grammar)
            case StartTimer(timer, after_s):
                self._timers.start(timer, self._clock.now_s() + after_s)
            case CancelTimer(timer):
                self._timers.cancel(timer)
            case Adjust():
                self._mouth.adjust(effect)

    def _tell(self, what: object) -> None:
        for witness in self._witnesses:
            witness.saw(what)
