"""How fast and how loud it speaks tonight: a function of settings, local time and wishes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from typing import Literal

from skill.errors import SettingsError
from skill.messages.message import Message
from skill.settings.values import VoiceSettings

DeliveryStyle = Literal["calm", "slow_loud", "alarm"]
Wish = Literal["slower", "faster", "louder", "softer"]

RATES_WPM = (80, 100, 120, 140, 160, 180, 200)
"""The rates that exist, words a minute with pauses: sounds are made ahead for few rates, not for any."""

GAIN_STEP_DB = 4.0  # clearly louder, not startling
MOST_GAIN_DB = 12.0
LEAST_GAIN_DB = -12.0

_STYLE_RATE_STEPS: dict[DeliveryStyle, int] = {"calm": 0, "slow_loud": -1, "alarm": 0}
_STYLE_GAIN_DB: dict[DeliveryStyle, float] = {"calm": 0.0, "slow_loud": 4.0, "alarm": 6.0}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Rate and extra loudness for the rest of the night; starts from the settings."""

    rate_wpm: int = 120
    extra_db: float = 0.0

    def adjusted(self, wish: Wish) -> Delivery:
        """One step slower, faster, louder or softer, up to the last step there is."""
        match wish:
            case "slower":
                return replace(self, rate_wpm=_step(self.rate_wpm, -1))
            case "faster":
                return replace(self, rate_wpm=_step(self.rate_wpm, 1))
            case "louder":
                return replace(self, extra_db=min(MOST_GAIN_DB, self.extra_db + GAIN_STEP_DB))
            case "softer":
                return replace(self, extra_db=max(LEAST_GAIN_DB, self.extra_db - GAIN_STEP_DB))

    def rate_for(self, style: DeliveryStyle) -> int:
        """Words a minute in this style."""
        return _step(self.rate_wpm, _STYLE_RATE_STEPS[style])

    def gain_db(self, style: DeliveryStyle, voice: VoiceSettings, now: time) -> float:
        """What `Loudspeaker.play` is given, at this local time.

        An alarm is never softened by the night: it is at least as loud as by day.
        """
        volume_db = voice.night_volume_db if is_quiet_hours(voice, now) else voice.day_volume_db
        if style == "alarm":
            volume_db = max(volume_db, voice.day_volume_db)
        return volume_db + self.extra_db + _STYLE_GAIN_DB[style]


def delivery_of(voice: VoiceSettings) -> Delivery:
    """How the night begins, with the rate that comes nearest to the one in the settings."""
    return Delivery(rate_wpm=min(RATES_WPM, key=lambda rate: abs(rate - voice.rate_wpm)))


def _step(rate_wpm: int, steps: int) -> int:
    nearest = min(range(len(RATES_WPM)), key=lambda index: abs(RATES_WPM[index] - rate_wpm))
    return RATES_WPM[max(0, min(len(RATES_WPM) - 1, nearest + steps))]


def is_quiet_hours(voice: VoiceSettings, now: time) -> bool:
    """Whether the night volume holds at this local time; the span may cross midnight. Equal ends: never."""
    begins, ends = _clock(voice.quiet_from), _clock(voice.quiet_to)
    now = now.replace(tzinfo=None)
    return begins <= now < ends if begins <= ends else now >= begins or now < ends


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(Message("speaking.not_a_time", text=text)) from error
