"""One step in the making: the state as it changes, and the effects gathered on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from skill.content.script import Script
from skill.dialogue.capabilities import Capabilities
from skill.dialogue.state import Scene, State, changed
from skill.events import (
    Adjust,
    CancelTimer,
    Effect,
    JsonValue,
    Listen,
    Record,
    Say,
    StartTimer,
    StopSpeaking,
)

Style = Literal["calm", "slow_loud", "alarm"]
LASTING_TIMERS = frozenset({"quiet", "long"})  # the others belong to one scene


_OF_ONE_SCENE: Mapping[str, Any] = {
    "cue": 0, "due": "", "question": "", "attempt": 0, "began": False, "then": "", "prompt": (), "live": "speaking",
    "reason": "",
}  # fmt: skip


class Turn:
    """Lives for one call of `step`; the functions of the dialogue work on it in place."""

    def __init__(self, state: State, script: Script, capabilities: Capabilities) -> None:
        self.state = state
        self.script = script
        self.capabilities = capabilities
        self.urgent = False  # sound before journal
        self.afterwards: tuple[str, ...] = ()  # said once after the next instruction, in the same breath
        self._effects: list[Effect] = []

    def effects(self) -> tuple[Effect, ...]:
        """Journal first, then what is done; sound before all else when help must not wait for a disk."""
        if self.urgent:
            return tuple(sorted(self._effects, key=_sound_first))
        return tuple(sorted(self._effects, key=lambda e: not isinstance(e, Record)))

    def set(self, **changes: Any) -> None:
        self.state = changed(self.state, changes)

    def forget(self, *kept: str, **changes: Any) -> None:
        """Begin a fresh state that keeps only the fields named, the running timers and whose episode it is."""
        fields = (*kept, "say_id", "speaking", "timers", "episode", "facts", "remembered", "hushed")
        self.state = State(**{name: getattr(self.state, name) for name in fields} | changes)

    def scene(self, scene: Scene, grammar: str, **changes: Any) -> None:
        """Enter a scene: the timers of the last one are over, and something else can be heard."""
        for timer in sorted(self.state.timers - LASTING_TIMERS):
            self.cancel(timer)
        self.state = changed(self.state, {"scene": scene, **_OF_ONE_SCENE, **changes})
        self._effects.append(Listen(grammar))

    def listen(self, grammar: str) -> None:
        self._effects.append(Listen(grammar))

    def say(
        self, *keys: str, live: str = "speaking", style: Style = "calm", before: tuple[str, ...] = ()
    ) -> None:
        """Speak `before`, `keys` and what was to come afterwards; `keys` is what "repeat" repeats."""
        self.set(prompt=keys, live=live)
        self.speak((*before, *keys, *self.afterwards), live, style)
        self.afterwards = ()

    def speak(
        self, keys: tuple[str, ...], live: str = "speaking", style: Style = "calm", softer_db: float = 0.0
    ) -> None:
        """Speak without changing what "repeat" repeats."""
        self.set(say_id=self.state.say_id + 1, speaking=True)
        self._effects.append(Say(self.state.say_id, keys, live, style, softer_db))
        self.record("said", keys=" ".join(keys))

    def hush(self) -> None:
        self.set(speaking=False)
        self._effects.append(StopSpeaking())

    def start(self, timer: str, after_s: float) -> None:
        self.set(timers=self.state.timers | {timer})
        self._effects.append(StartTimer(timer, after_s))

    def cancel(self, timer: str) -> None:
        if timer in self.state.timers:
            self.set(timers=self.state.timers - {timer})
            self._effects.append(CancelTimer(timer))

    def adjust(self, what: Literal["slower", "faster", "louder", "softer"]) -> None:
        self._effects.append(Adjust(what))

    def record(self, kind: str, **data: JsonValue) -> None:
        self._effects.append(Record(kind, data))


def _sound_first(effect: Effect) -> int:
    match effect:
        case Say() | StopSpeaking():
            return 0
        case Record():
            return 2
        case _:
            return 1
