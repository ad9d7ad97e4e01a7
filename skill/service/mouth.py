"""Speaking as the engine sees it: text keys in, and the true end of the sound back as `Spoken`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from skill.audio.sound import Sound
from skill.errors import VoiceError
from skill.events import Adjust, Fault, FaultOver, Say, Spoken
from skill.messages.message import Message, sentence_of
from skill.service.clock import Clock
from skill.settings.values import VoiceSettings
from skill.speaking.cache import PromptCache
from skill.speaking.delivery import Delivery, delivery_of
from skill.speaking.loudspeaker.player import Loudspeaker


class PromptMouth:
    """Plays prepared sounds only, so nothing here waits for a synthesiser.

    `deliver` may be called from the loudspeaker's own thread. A sentence for which there is no sound at all
    ends at once, uncompleted, and is reported: the dialogue then goes on with its timers.
    """

    def __init__(
        self,
        prompts: PromptCache,
        loudspeaker: Loudspeaker,
        clock: Clock,
        voice: Callable[[], VoiceSettings],
        deliver: Callable[[Spoken | Fault | FaultOver], None],
        zone: ZoneInfo,
    ) -> None:
        self._prompts = prompts
        self._loudspeaker = loudspeaker
        self._clock = clock
        self._voice = voice
        self._deliver = deliver
        self._zone = zone
        self._delivery = delivery_of(voice())
        self._unsaid = False  # the last sentence could not be said

    @property
    def delivery(self) -> Delivery:
        return self._delivery

    def use(self, prompts: PromptCache) -> None:
        """Other texts or another voice, from the next sentence on; the night's wishes are forgotten."""
        self._prompts = prompts
        self._delivery = delivery_of(self._voice())

    def say(self, say: Say) -> None:
        try:
            sound = self._prompts.sound(say.keys, self._delivery.rate_for(say.style))
            gain_db = self._delivery.gain_db(say.style, self._voice(), self._local().time()) - say.softer_db
            self._loudspeaker.play(
                sound, gain_db, lambda completed, at_s: self._deliver(Spoken(say.say_id, completed, at_s))
            )
        except Exception as error:  # the dialogue goes on by its timers, and the next sentence may be heard
            told = isinstance(error, VoiceError)
            sentence = sentence_of(error) if told else Message("service.sentence_not_said", why=error)
            self._unsaid = True
            self._deliver(Fault("voice", "mute", sentence, self._clock.now_s(), "say"))
            self._deliver(Spoken(say.say_id, False, self._clock.now_s()))
            return
        if self._unsaid:
            self._unsaid = False
            self._deliver(FaultOver("voice", "say"))

    def sound(self, key: str) -> Sound:
        """As `say` would play it, before its gain. Raises VoiceError where there is none."""
        return self._prompts.sound((key,), self._delivery.rate_for("calm"))

    def stop(self) -> None:
        self._loudspeaker.stop()

    def adjust(self, change: Adjust) -> None:
        self._delivery = self._delivery.adjusted(change.what)

    def _local(self) -> datetime:
        return self._clock.wall().astimezone(self._zone)


def rates_of(voice: VoiceSettings) -> tuple[int, ...]:
    """Every rate that a night may ask for, the usual one first, so that it is prepared first."""
    usual = delivery_of(voice)
    reachable = [usual.rate_for("calm"), usual.rate_for("slow_loud")]
    slower = usual.adjusted("slower")
    reachable += [slower.rate_for("slow_loud"), usual.adjusted("faster").rate_for("calm")]
    return tuple(dict.fromkeys(reachable))
