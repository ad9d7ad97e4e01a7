"""Texts that are no part of a conversation: made when they are wanted, and said only into quiet."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal, TypeVar

from skill.audio.sound import Sound
from skill.content.script import TONES
from skill.errors import VoiceError
from skill.events import Spoken
from skill.service.assembly import make_voice
from skill.service.clock import Clock
from skill.service.engine import Engine
from skill.service.health import HealthWatch
from skill.service.live import Deliver
from skill.settings.values import Settings
from skill.speaking.cache import finished
from skill.speaking.delivery import delivery_of
from skill.speaking.loudspeaker.player import Loudspeaker
from skill.speaking.tones import tone

T = TypeVar("T")
Announced = Literal["played", "broken_off", "busy", "no_loudspeaker", "no_voice"]
"""played: all of it went out of the loudspeaker. broken_off: something came in between."""
ANSWER_S = 2.0  # the loop answers within milliseconds; nobody ever waits longer for it
PLAYED_WITHIN_S = 4.0  # after its own length: waking a loudspeaker takes up to three seconds


def in_loop(deliver: Deliver, call: Callable[[], T], otherwise: T) -> T:
    """What `call` gives in the loop's thread; `otherwise` where the loop doesn't get to it. Never from the loop."""
    done: concurrent.futures.Future[T] = concurrent.futures.Future()
    deliver(lambda: done.set_result(call()))
    try:
        return done.result(ANSWER_S)
    except concurrent.futures.TimeoutError:
        return otherwise


@dataclass(frozen=True)
class Announcer:
    """Called from any thread but the loop's: rendering takes its time, and `say` returns when the sound has ended."""

    clock: Clock
    zone: tzinfo
    deliver: Deliver
    engine: Engine
    health: HealthWatch
    loudspeaker: Loudspeaker

    def say(
        self, text: str, settings: Settings, volume_db: float | None = None, live: str = "speaking"
    ) -> Announced:
        """In the voice of `settings`; one of TONES is played. `volume_db` None takes the volume for this time of day.

        `live`: the grammar that is heard meanwhile.
        """
        if not self.engine.quiet:
            return "busy"
        if self.mute:
            return "no_loudspeaker"
        try:
            sound = tone(text) if text in TONES else _spoken(text, settings)
        except VoiceError:
            return "no_voice"
        if volume_db is None:
            local = self.clock.wall().astimezone(self.zone).time()
            volume_db = delivery_of(settings.voice).gain_db("calm", settings.voice, local)
        gain_db, done = volume_db, concurrent.futures.Future[bool]()

        def play(say_id: int) -> None:
            def ended(completed: bool, at_s: float) -> None:
                self.deliver(Spoken(say_id, completed, at_s))
                done.set_result(completed)

            self.loudspeaker.play(sound, gain_db, ended)

        if not in_loop(self.deliver, lambda: self.engine.announce(play, live), False):
            return "busy"
        try:
            completed = done.result(sound.duration_s + PLAYED_WITHIN_S)
        except concurrent.futures.TimeoutError:
            self.deliver(self.loudspeaker.stop)  # it waits for a device, and nobody wants to hear it any more
            return "no_loudspeaker"
        return "played" if completed else "no_loudspeaker" if self.mute else "broken_off"

    @property
    def mute(self) -> bool:
        """Whether it is known that nothing comes out of the loudspeaker."""
        return any(f.source == "loudspeaker" and f.severity == "mute" for f in self.health.health.faults)


def _spoken(text: str, settings: Settings) -> Sound:
    return finished(make_voice(settings).render(text, settings.language, settings.voice.rate_wpm))
