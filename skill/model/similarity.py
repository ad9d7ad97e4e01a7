"""What sounds alike: the check that keeps two meanings of one grammar class apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, product

from skill.model.graph import Pronunciation

_MOST_WAYS = 60  # of a phrase that are compared; the usual ones come first
_SAME_BUT_LENGTH = 0.3
_SAME_KIND = 0.6
_KINDS = ("ptkʈ", "bdgɖ", "mnŋɳ", "szʂʃçfh", "vjrl")


@dataclass(frozen=True)
class SoundsAlike:
    """Two units, and the two ways of saying them that are closest."""

    first: str
    second: str
    distance: float  # phones that would have to change; 0 = the same sounds
    first_way: Pronunciation
    second_way: Pronunciation


@cache
def phone_cost(a: str, b: str) -> float:
    """How different two phones are: 0 the same, 1 quite different."""
    if a == b:
        return 0.0
    if a.rstrip("ː") == b.rstrip("ː"):
        return _SAME_BUT_LENGTH
    if any(a in kind and b in kind for kind in _KINDS) or (_is_vowel(a) and _is_vowel(b)):
        return _SAME_KIND
    return 1.0


def _is_vowel(phone: str) -> bool:
    return phone[0] in "ɑeiouʉyæøəɔ"


def phone_distance(a: Sequence[str], b: Sequence[str]) -> float:
    """Edit distance in phones: one to insert or drop, `phone_cost` to exchange."""
    row = [float(j) for j in range(len(b) + 1)]
    for phone in a:
        row = _next_row(row, b, phone)
    return row[-1]


def ways_of(words: Sequence[Sequence[Pronunciation]]) -> list[Pronunciation]:
    """Whole ways to say a unit, given the ways of each of its words."""
    return [tuple(phone for word in way for phone in word) for way in islice(product(*words), _MOST_WAYS)]


def never(_first: str, _second: str) -> bool:
    """No two units mean the same."""
    return False


@dataclass
class _Node:
    """Of a prefix tree of all ways to say all units."""

    following: dict[str, _Node] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)  # that end here


def sounds_alike(
    units: Mapping[str, Sequence[Pronunciation]],
    within: float = 0.0,
    same_meaning: Callable[[str, str], bool] = never,
) -> list[SoundsAlike]:
    """Pairs of units whose closest ways differ by at most `within` phones, closest first.

    Pairs that mean the same are left out: taking one for the other does no harm.
    """
    root = _Node()
    for name, ways in units.items():
        for way in ways:
            node = root
            for phone in way:
                node = node.following.setdefault(phone, _Node())
            node.units.add(name)
    best: dict[tuple[str, str], SoundsAlike] = {}
    for name, ways in units.items():
        for way in dict.fromkeys(ways):
            for other, distance, other_way in _near(root, way, within):
                pair = (name, other)
                if name < other and (pair not in best or distance < best[pair].distance):
                    best[pair] = SoundsAlike(name, other, distance, way, other_way)
    found = [pair for pair in best.values() if not same_meaning(pair.first, pair.second)]
    return sorted(found, key=lambda pair: (pair.distance, pair.first, pair.second))


def _near(root: _Node, way: Pronunciation, within: float) -> Iterator[tuple[str, float, Pronunciation]]:
    """Units of the tree within that distance of `way`: one row of the edit table for each node visited."""
    agenda: list[tuple[_Node, list[float], Pronunciation]] = [
        (root, [float(j) for j in range(len(way) + 1)], ())
    ]
    while agenda:
        node, row, so_far = agenda.pop()
        if row[-1] <= within:
            for unit in node.units:
                yield unit, row[-1], so_far
        for phone, following in node.following.items():
            longer = _next_row(row, way, phone)
            if min(longer) <= within:
                agenda.append((following, longer, (*so_far, phone)))


def _next_row(row: list[float], way: Sequence[str], phone: str) -> list[float]:
    out = [row[0] + 1]
    for j, other in enumerate(way, 1):
        out.append(min(row[j] + 1, out[-1] + 1, row[j - 1] + phone_cost(other, phone)))
    return out
