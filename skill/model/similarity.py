"""What sounds alike: the check that keeps two meanings of one grammar class apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product

from skill.model.graph import Pronunciation

_MOST_WAYS = 200  # of a phrase that are compared; the usual ones come first
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


def phone_distance(a: Sequence[str], b: Sequence[str], limit: float = float("inf")) -> float:
    """Edit distance in phones. May stop early and answer infinity when it must exceed `limit`."""
    if abs(len(a) - len(b)) > limit:
        return float("inf")
    row = [float(j) for j in range(len(b) + 1)]
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], float(i)
        for j, y in enumerate(b, 1):
            here = min(row[j] + 1, row[j - 1] + 1, previous + phone_cost(x, y))
            previous, row[j] = row[j], here
        if min(row) > limit:
            return float("inf")
    return row[-1]


def ways_of(words: Sequence[Sequence[Pronunciation]]) -> list[Pronunciation]:
    """Whole ways to say a unit, given the ways of each of its words."""
    return [tuple(phone for word in way for phone in word) for way in islice(product(*words), _MOST_WAYS)]


def never(_first: str, _second: str) -> bool:
    """No two units mean the same."""
    return False


def sounds_alike(
    units: Mapping[str, Sequence[Pronunciation]],
    within: float = 0.0,
    same_meaning: Callable[[str, str], bool] = never,
) -> list[SoundsAlike]:
    """Pairs of units whose closest ways differ by at most `within` phones, closest first.

    Pairs that mean the same are left out: taking one for the other does no harm.
    """
    found = []
    for first, second in combinations(sorted(units), 2):
        if same_meaning(first, second):
            continue
        best: SoundsAlike | None = None
        for a in units[first]:
            for b in units[second]:
                limit = within if best is None else best.distance
                distance = phone_distance(a, b, limit)
                if distance <= within and (best is None or distance < best.distance):
                    best = SoundsAlike(first, second, distance, a, b)
        if best is not None:
            found.append(best)
    return sorted(found, key=lambda pair: (pair.distance, pair.first, pair.second))


def homophones(
    units: Mapping[str, Sequence[Pronunciation]],
    same_meaning: Callable[[str, str], bool] = never,
) -> list[SoundsAlike]:
    """Pairs that can sound exactly alike."""
    return sounds_alike(units, 0.0, same_meaning)
