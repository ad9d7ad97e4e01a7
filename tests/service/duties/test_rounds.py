"""A duty that fails is told of once, and taken back when it has gone well for a minute."""

from __future__ import annotations

from skill.service.duties.rounds import Rounds
from skill.service.guarded import PROVED_BY, Guard


class Duty:
    def __init__(self) -> None:
        self.well = True

    def turn(self) -> None:
        if not self.well:
            raise OSError("disk full")


def test_a_duty_that_fails_now_and_then_is_not_taken_back_too_soon() -> None:
    told: list[str] = []
    mended: list[tuple[str, str]] = []
    rounds = Rounds(
        Guard(
            lambda _source, _severity, _sentence, cause="": told.append(cause),
            lambda source, cause: mended.append((source, cause)),
        )
    )
    duty = Duty()
    rounds.add("Livstegnet", duty.turn)
    for well in [False] * 3 + [True] * (PROVED_BY - 1) + [False]:
        duty.well = well
        rounds.turn()
    assert (told, mended) == (["Livstegnet"], [])
    for well in [True] * PROVED_BY + [False]:
        duty.well = well
        rounds.turn()
    assert (told, mended) == (["Livstegnet", "Livstegnet"], [("service", "Livstegnet")])
