"""Pronunciations guessed from the spelling: applies the n-gram model in letters.gz.

The model cuts a word into graphones (one to three letters with the phones they stand for) and knows how likely
each is after the ones before it, backing off to shorter contexts; see models/training/letters.py, which
makes the file. Format (gzip, UTF-8): a line of JSON {"order", "graphones": [[letters, phones], …]}, then a line
per context: "id id …<tab>back-off<tab>id:log-probability …".
"""

from __future__ import annotations

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from skill.errors import ModelError
from skill.messages.message import Message
from skill.model.graph import Pronunciation

_START, _END = 0, 1  # graphone numbers
_MOST_LETTERS = 3
_NEVER_SEEN = -14.0  # log probability of a graphone in no table
_BEAM = 24
_STRESS = "ˈˌ"  # marks before a phone

Context = tuple[int, ...]


@dataclass(frozen=True)
class Spelling:
    """The n-gram model: `following[context]` = (log back-off, {graphone: log probability})."""

    order: int
    phones: tuple[Pronunciation, ...]  # of each graphone
    by_letters: dict[str, tuple[int, ...]]
    following: dict[Context, tuple[float, dict[int, float]]]

    @staticmethod
    def of(
        order: int,
        graphones: Sequence[tuple[str, Pronunciation]],
        following: dict[Context, tuple[float, dict[int, float]]],
    ) -> Spelling:
        """From graphones in the order of their numbers: what begins a word, what ends it, and all others."""
        phones = tuple(phones for _, phones in graphones)
        return Spelling(order, phones, _by_letters(graphones), following)

    def __call__(self, words: Sequence[str]) -> list[tuple[Pronunciation, ...]]:
        """The likeliest way to say each word; none for a word with a letter that was never seen."""
        return [tuple(way for _, way in self.ways(word, 1)) for word in words]

    def ways(self, word: str, most: int) -> list[tuple[float, Pronunciation]]:
        """Up to `most` different ways with their log probability, the likeliest first."""
        open_ends: list[dict[tuple[Context, Pronunciation], float]] = [{} for _ in range(len(word) + 1)]
        open_ends[0][(_START,), ()] = 0.0
        for at in range(len(word)):
            best = sorted(open_ends[at].items(), key=lambda item: (-item[1], item[0]))[:_BEAM]
            for letters in range(1, min(_MOST_LETTERS, len(word) - at) + 1):
                for graphone in self.by_letters.get(word[at : at + letters], ()):
                    for (context, phones), score in best:
                        longer = ((*context, graphone)[1 - self.order :], phones + self.phones[graphone])
                        total = score + self.log_probability(context, graphone)
                        reached = open_ends[at + letters]
                        reached[longer] = max(total, reached.get(longer, -math.inf))
        ended: dict[Pronunciation, float] = defaultdict(lambda: -math.inf)
        for (context, phones), score in open_ends[-1].items():
            way = tuple(phone.lstrip(_STRESS) for phone in phones)
            if way:
                ended[way] = max(ended[way], score + self.log_probability(context, _END))
        ranked = sorted(ended.items(), key=lambda item: (-item[1], item[0]))
        return [(score, way) for way, score in ranked[:most]]

    def log_probability(self, context: Context, graphone: int) -> float:
        """log P(graphone | context), backed off where the context wasn't seen."""
        backed_off = 0.0
        while True:
            entry = self.following.get(context)
            if entry is not None:
                found = entry[1].get(graphone)
                if found is not None:
                    return backed_off + found
                backed_off += entry[0]
            if not context:
                return backed_off + _NEVER_SEEN
            context = context[1:]


def read_letters(path: Path) -> Spelling:
    """Read letters.gz. Raises ModelError when it is damaged."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            head = json.loads(next(lines))
            following = dict(map(_context, lines))
        graphones = [(str(letters), tuple(phones)) for letters, phones in head["graphones"]]
        order = int(head["order"])
    except (OSError, EOFError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise ModelError(Message("model.damaged", path=path, error=error)) from error
    return Spelling.of(order, graphones, following)


def _context(line: str) -> tuple[Context, tuple[float, dict[int, float]]]:
    context, backed_off, cells = line.rstrip("\n").split("\t")
    pairs = (cell.split(":") for cell in cells.split())
    return tuple(map(int, context.split())), (float(backed_off), {int(g): float(p) for g, p in pairs})


def _by_letters(graphones: Iterable[tuple[str, Pronunciation]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, (letters, _) in enumerate(graphones):
        if number not in (_START, _END):
            found[letters].append(number)
    return {letters: tuple(numbers) for letters, numbers in found.items()}
