"""Deafness is written down when it begins, and said once at an hour when somebody can still plug something in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

from skill.messages.message import Message
from skill.service.health import HealthWatch
from skill.settings.values import VoiceSettings
from skill.speaking.delivery import is_quiet_hours

DEAF_KEY = "deaf"
DEAF = Message("service.no_sound_arrives")


class Deafness:
    """`say` begins a text of this key and answers False when it can't be said now."""

    def __init__(
        self,
        health: HealthWatch,
        voice: Callable[[], VoiceSettings],
        local_time: Callable[[], time],
        say: Callable[[str], bool],
    ) -> None:
        self._health = health
        self._voice = voice
        self._local_time = local_time
        self._say = say
        self._said = False

    def turn(self) -> None:
        if self._health.check(DEAF):
            self._said = False
        elif not self._said and not is_quiet_hours(self._voice(), self._local_time()):
            self._said = self._say(DEAF_KEY)
