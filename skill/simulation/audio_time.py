"""All rooms of one night joined in audio time: what a demo, a replay and a benchmark share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from skill.audio.samples import Samples
from skill.content.in_force import Contents
from skill.dialogue.state import initial
from skill.events import Fault, FaultOver, Spoken
from skill.hearing.capture.microphone import Microphone
from skill.hearing.duplex import Duplex
from skill.hearing.listener import Listener
from skill.journal.storage.store import Journal
from skill.service.assembly import able
from skill.service.clock import VirtualClock
from skill.service.engine import Engine
from skill.service.mouth import PromptMouth
from skill.service.ports import EngineParts, Witness
from skill.service.scribe import JournalScribe, Versions
from skill.settings.values import Settings
from skill.simulation.lockstep import ListenerEars, Lockstep
from skill.speaking.cache import PromptCache
from skill.speaking.loudspeaker.wav import WavLoudspeaker


@dataclass(frozen=True)
class Rooms:
    """What is the same for every night of an installation."""

    contents: Contents
    settings: Settings
    prompts: PromptCache
    journal: Journal
    versions: Versions
    zone: ZoneInfo


@dataclass(frozen=True)
class Onlookers:
    """Who sees a night and is no part of it; `on_frame` gets both sides' samples of each frame: heard, said."""

    witnesses: tuple[Witness, ...] = ()
    on_fault: Callable[[Fault], None] = lambda _: None
    on_frame: Callable[[Samples, Samples], None] = lambda _heard, _said: None


class AudioTimeNight:
    """One night on a microphone and a loudspeaker that move with `clock`."""

    def __init__(
        self,
        rooms: Rooms,
        clock: VirtualClock,
        microphone: Microphone,
        listener: Listener,
        loudspeaker: WavLoudspeaker,
        onlookers: Onlookers,
    ) -> None:
        settings = rooms.settings

        self._ended: list[Spoken] = []

        def take(message: Spoken | Fault | FaultOver) -> None:
            if isinstance(message, Spoken):
                self._ended.append(message)
            elif isinstance(message, Fault):
                onlookers.on_fault(message)

        mouth = PromptMouth(
            rooms.prompts,
            loudspeaker,
            clock,
            lambda: settings.voice,
            take,
            rooms.zone,
        )
        self.scribe = JournalScribe(
            rooms.journal,
            clock,
            rooms.versions,
            lambda: settings.privacy.keep_transcripts,
            take,
        )
        ears = ListenerEars(Duplex(listener) if settings.audio.echo_cancelling else listener)
        self._engine = Engine(
            initial(), rooms.contents.script, lambda: able(settings), clock,
            EngineParts(ears, mouth, self.scribe, onlookers.witnesses),
        )  # fmt: skip
        self._on_frame = onlookers.on_frame
        self._lockstep = Lockstep(self._engine, clock, microphone, ears, loudspeaker, self._after_frame)

    @property
    def quiet_s(self) -> float:
        """For how long nothing has been said by the device."""
        return self._lockstep.quiet_s

    def run(self, done: Callable[[], bool], limit_s: float) -> None:
        """Until `done`, the end of the recording, or `limit_s` of audio."""
        self._engine.begin()
        self._lockstep.run(done, limit_s)

    def _after_frame(self, heard: Samples, said: Samples) -> None:
        while self._ended:
            self._engine.handle(self._ended.pop(0))
        self._on_frame(heard, said)
