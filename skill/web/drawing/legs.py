"""A simple drawing of two legs, front and back, with how many cramps came where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SMALLEST_R, LARGEST_R = 9.0, 17.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the drawing with its count."""

    place: str
    side: str
    x: float
    y: float
    r: float
    count: int


# Centre of each muscle on the drawing, for a leg whose middle is at x = 0; see legs.svg in the templates.
_BACK_VIEW = {"thigh_back": 62.0, "calf": 150.0}
_FRONT_VIEW = {"thigh_front": 62.0, "shin": 150.0, "foot": 207.0, "toes": 228.0}
_LEG_X = {
    ("back", "left"): 36.0,
    ("back", "right"): 84.0,
    ("front", "right"): 156.0,
    ("front", "left"): 204.0,
}
_ALIKE = {
    "calf_standing": "calf",
    "back": "calf",
    "sole": "foot",
    "thigh": "thigh_back",
    "front": "shin",
    "hip": "thigh_front",
    "knee": "calf",
    "": "calf",
}


def spots(counts: Mapping[tuple[str, str], int]) -> tuple[Spot, ...]:
    """`counts` by (place, side). A cramp in both legs counts on each; one without a side isn't drawn."""
    summed: dict[tuple[str, str], int] = {}
    for (place, side), n in counts.items():
        where = _ALIKE.get(place, place)
        for leg in ("left", "right") if side == "both" else (side,):
            if leg in ("left", "right") and place:
                summed[where, leg] = summed.get((where, leg), 0) + n
    most = max(summed.values(), default=1)
    return tuple(_spot(place, leg, n, most) for (place, leg), n in sorted(summed.items()) if n)


def _spot(place: str, leg: str, n: int, most: int) -> Spot:
    view = "back" if place in _BACK_VIEW else "front"
    y = (_BACK_VIEW | _FRONT_VIEW).get(place, 150.0)
    radius = SMALLEST_R + (LARGEST_R - SMALLEST_R) * (n / most) ** 0.5
    return Spot(place, leg, _LEG_X[view, leg], y, round(radius, 1), n)
