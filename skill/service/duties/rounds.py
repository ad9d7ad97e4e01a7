"""What has to be seen to about once a second, all night, between messages."""

from __future__ import annotations

from collections.abc import Callable


class Rounds:
    """Calls each duty in turn. None of them takes long."""

    def __init__(self) -> None:
        self._duties: list[Callable[[], None]] = []

    def add(self, duty: Callable[[], None]) -> None:
        self._duties.append(duty)

    def turn(self) -> None:
        for duty in self._duties:
            duty()
