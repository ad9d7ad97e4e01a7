"""What has to be seen to about once a second, all night, between messages."""

from __future__ import annotations

from collections.abc import Callable

from skill.service.guarded import Guard


class Rounds:
    """Calls each duty in turn. None of them takes long, and one that fails keeps none of the others from its turn."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._duties: list[tuple[str, Callable[[], None]]] = []

    def add(self, what: str, duty: Callable[[], None]) -> None:
        """`what` names the duty to a person if it fails."""
        self._duties.append((what, duty))

    def turn(self) -> None:
        for what, duty in self._duties:
            self._guard.call(what, duty, None)
