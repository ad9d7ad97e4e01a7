"""Is somebody near and loud enough? Told by how far their voice stands above the room."""

from __future__ import annotations

from typing import Literal

Nearness = Literal["well", "soft", "drowned"]

WELL_DB = 20.0  # cries this far above the room are heard as clear ones are
SOFT_DB = 10.0  # at 10 dB one cry in twenty is missed (tests/bench/FIGURES.md), below that many more


def nearness(voice_dbfs: float, room_dbfs: float) -> Nearness:
    """Levels of the voice's loudest frame and of the quiet around it."""
    over_db = voice_dbfs - room_dbfs
    return "well" if over_db >= WELL_DB else "soft" if over_db >= SOFT_DB else "drowned"
