"""What the engine needs from the rooms around it. Each has a live and a recorded implementation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from skill.events import Adjust, FaultSource, JsonValue, Say, Severity


class Tell(Protocol):
    """Reports a fault: source, severity, the sentence for a person, and its cause as in `Fault`. From any thread."""

    def __call__(
        self, source: FaultSource, severity: Severity, sentence: str, cause: str = "", /
    ) -> None: ...


Mended = Callable[[FaultSource, str], None]
"""Reports that the cause of a fault is proved gone. From any thread."""


@dataclass(frozen=True, slots=True)
class FaultReports:
    """Where a duty says that something is wrong, and that it is right again."""

    tell: Tell
    mended: Mended = lambda _source, _cause: None


class Ears(Protocol):
    """Hearing, steered from outside."""

    def listen(self, grammar: str) -> None:
        """Utterances that begin from now on are heard with the phrases of this grammar class."""
        ...

    def own_voice(self, playing: bool) -> None:
        """Our own prompt begins, or has truly ended."""
        ...


class Mouth(Protocol):
    """Speaking. The end of each utterance comes back to the engine as `Spoken`."""

    def say(self, say: Say) -> None:
        """Begin at once; what was being said is cut off, and its own `Spoken` still comes."""
        ...

    def stop(self) -> None:
        """Silence now."""
        ...

    def adjust(self, change: Adjust) -> None: ...


class Scribe(Protocol):
    """The journal as the engine sees it: returns when the event is safe; never raises."""

    def record(self, kind: str, data: Mapping[str, JsonValue]) -> None: ...


class Witness(Protocol):
    """Whoever wants to see both sides of the conversation: terminal, status page, simulated person."""

    def saw(self, what: object) -> None:
        """A dialogue event or effect, in the order in which things happened."""
        ...


@dataclass(frozen=True, slots=True)
class EngineParts:
    """What the engine joins; the witnesses only look on."""

    ears: Ears
    mouth: Mouth
    scribe: Scribe
    witnesses: tuple[Witness, ...] = ()
