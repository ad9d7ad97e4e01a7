"""Near and loud enough is told by the distance to the room, not by the level."""

from __future__ import annotations

import pytest

from skill.audio.nearness import nearness


@pytest.mark.parametrize(
    ("voice_dbfs", "room_dbfs", "found"),
    [
        (-26.0, -58.0, "well"),
        (-60.0, -85.0, "well"),  # a microphone of low gain in a silent room
        (-30.0, -45.0, "soft"),
        (-20.0, -26.0, "drowned"),  # loud, and so is the room
        (-58.0, -58.0, "drowned"),
    ],
)
def test_near_is_what_stands_above_the_room(voice_dbfs: float, room_dbfs: float, found: str) -> None:
    assert nearness(voice_dbfs, room_dbfs) == found
