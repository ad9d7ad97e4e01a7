"""What a voice is: text in, sound out, without touching a loudspeaker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from skill.audio.sound import Sound
from skill.errors import VoiceError
from skill.languages import Language
from skill.messages.message import Message

__all__ = ["Sound", "Voice", "implausible"]

# Bounds for what a sentence can sound like: wide enough for any voice and rate, narrow enough to catch an
# empty file, a file cut off in the middle, or one that belongs to another sentence.
# In 33 prompts of each language, at rates from 80 to 220, one letter lasted 10.7 to 28 s divided by the rate.
_SHORTEST_S_RPM = 8.0
_LONGEST_S_RPM = 34.0
_LONGEST_EXTRA_S = 2.0
_FAINTEST_DBFS = -50.0


class Voice(Protocol):
    """Turns text into sound. Slow, may fail, may hang up to a limit of its own: use it ahead of time.

    To be inherited: `render` follows from `render_many`.
    """

    def fingerprint(self, text: str, language: Language, rate_wpm: int) -> str:
        """A string that differs whenever `render` would give another sound: engine, version, spelling."""
        ...

    def render(self, text: str, language: Language, rate_wpm: int) -> Sound:
        """The text spoken, verified.

        Raises VoiceError when no plausible sound came within the limit.
        """
        result = self.render_many([text], language, rate_wpm)[0]
        if isinstance(result, VoiceError):
            raise result
        return result

    def render_many(
        self, texts: Sequence[str], language: Language, rate_wpm: int
    ) -> tuple[Sound | VoiceError, ...]:
        """Like `render` for each text, faster together; a failure stands in the place of its sound."""
        ...


def implausible(sound: Sound, text: str, rate_wpm: int) -> str:
    """Why `sound` can't be `text` spoken at about this rate, or "" when it can."""
    letters = sum(character.isalnum() for character in text)
    if sound.voiced_span() is None or sound.rms_dbfs < _FAINTEST_DBFS:
        return Message("speaking.sound_is_silent")
    if sound.duration_s < _SHORTEST_S_RPM * letters / rate_wpm:
        return Message("speaking.sound_too_short", duration_s=sound.duration_s, letters=letters)
    # A number such as 113 is longer spoken than written.
    digits = sum(character.isdigit() for character in text)
    if sound.duration_s > _LONGEST_S_RPM * (letters + 2 * digits) / rate_wpm + _LONGEST_EXTRA_S:
        return Message("speaking.sound_too_long", duration_s=sound.duration_s, letters=letters)
    return ""
