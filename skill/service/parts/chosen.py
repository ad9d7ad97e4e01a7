"""Which settings and texts are in force now. One value, replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from skill.content.in_force import Contents
from skill.settings.values import Settings


@dataclass(frozen=True, slots=True)
class InForce:
    """Settings, and the texts in their language."""

    settings: Settings
    contents: Contents


class Chosen:
    """Read from any thread; replaced by one duty, in the loop's thread."""

    def __init__(self, settings: Settings, contents: Contents) -> None:
        self._now = InForce(settings, contents)

    @property
    def now(self) -> InForce:
        return self._now

    @property
    def settings(self) -> Settings:
        return self._now.settings

    @property
    def contents(self) -> Contents:
        return self._now.contents

    def take(self, new: InForce) -> None:
        self._now = new
