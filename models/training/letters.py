"""Letter to sound: learns a joint n-gram model of Norwegian spelling; skill/model/letters.py applies it.

Words are cut into graphones (letters → phones, at most 3 letters and 2 phones) by Viterbi training, then an
absolute-discounting back-off n-gram over graphones is estimated (Bisani & Ney 2008). Main stress «ˈ» sits in front
of the vowel that bears it.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from skill.model.letters import Spelling

Graphone = tuple[str, tuple[str, ...]]
Counts = list[dict[tuple[int, ...], dict[int, int]]]  # by length: context → graphone → how often
SIZES: Final = ((1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (3, 1))  # letters and phones of a graphone
START: Final[Graphone] = ("<", ())
END: Final[Graphone] = (">", ())


def align(
    word: str, phones: Sequence[str], cost: dict[Graphone, float], unseen: float | None
) -> list[Graphone] | None:
    """Cheapest cutting of a word into graphones; ``unseen`` prices graphones not in ``cost`` (None: forbidden)."""
    n, m = len(word), len(phones)
    best: list[list[float]] = [[math.inf] * (m + 1) for _ in range(n + 1)]
    back: list[list[tuple[int, int] | None]] = [[None] * (m + 1) for _ in range(n + 1)]
    best[0][0] = 0.0
    for i in range(n):
        for j in range(max(0, i * m // n - 5), min(m, i * m // n + 5) + 1):
            here = best[i][j]
            if here == math.inf:
                continue
            for a, b in SIZES:
                if i + a > n or j + b > m:
                    continue
                price = cost.get((word[i : i + a], tuple(phones[j : j + b])))
                if price is None:
                    price = math.inf if unseen is None else unseen * max(a, b) + 1.5 * abs(a - b)
                if here + price < best[i + a][j + b]:
                    best[i + a][j + b] = here + price
                    back[i + a][j + b] = (i, j)
    if best[n][m] == math.inf:
        return None
    out: list[Graphone] = []
    i, j = n, m
    while i:
        step = back[i][j]
        assert step is not None
        out.append((word[step[0] : i], tuple(phones[step[1] : j])))
        i, j = step
    return out[::-1]


def train(pairs: Sequence[tuple[str, Sequence[str]]], order: int = 6, rounds: int = 4) -> Spelling:
    """Model of (word, phones) pairs; phones with «ˈ» in front of the stressed vowel as part of it."""
    cost: dict[Graphone, float] = {}
    cut: list[list[Graphone]] = []
    for round_no in range(rounds):
        counts: dict[Graphone, float] = defaultdict(float)
        cut = []
        for word, phones in pairs if round_no >= rounds - 2 else pairs[: max(4000, len(pairs) // 3)]:
            found = align(word, phones, cost, 4.0 if round_no == 0 else 12.0)
            if found:
                cut.append(found)
                for graphone in found:
                    counts[graphone] += 1
        total = sum(counts.values())
        cost = {g: -math.log(c / total) for g, c in counts.items() if c > 1 or round_no < rounds - 1}
    return _estimate(cut, order)


def _estimate(cut: Iterable[list[Graphone]], order: int, discount: float = 0.6) -> Spelling:
    ids: dict[Graphone, int] = {START: 0, END: 1}
    counts: Counts = [defaultdict(lambda: defaultdict(int)) for _ in range(order)]
    _count(cut, ids, counts)
    _count_contexts(counts)
    table: dict[tuple[int, ...], tuple[float, dict[int, float]]] = {}
    so_far = Spelling.of(order, list(ids), table)  # sees the table grow: higher orders lean on lower ones
    for n in range(order):
        for context, following in counts[n].items():
            total = sum(following.values())
            if n == 0:
                table[context] = (
                    0.0,
                    {g: math.log((c + 0.1) / (total + 0.1 * len(ids))) for g, c in following.items()},
                )
                continue
            if n >= 3 and total < 2:
                continue
            backoff = math.log(discount * len(following) / total)
            table[context] = (
                backoff,
                {
                    g: math.log(
                        (c - discount) / total + math.exp(backoff + so_far.log_probability(context[1:], g))
                    )
                    for g, c in following.items()
                },
            )
    return so_far


def _count(cut: Iterable[list[Graphone]], ids: dict[Graphone, int], counts: Counts) -> None:
    """What follows each context of each length; new graphones get the next ids."""
    order = len(counts)
    for graphones in cut:
        sequence = [0] + [ids.setdefault(g, len(ids)) for g in graphones] + [1]
        for k in range(1, len(sequence)):
            for n in range(order):
                if k - n >= 0:
                    counts[n][tuple(sequence[k - n : k])][sequence[k]] += 1


def _count_contexts(counts: Counts) -> None:
    """Lower orders count the different contexts that a graphone was seen in (Kneser-Ney)."""
    for n in range(len(counts) - 1):
        kinds: dict[tuple[int, ...], dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for context, following in counts[n + 1].items():
            for g in following:
                kinds[context[1:]][g] += 1
        for context, following in counts[n].items():
            if context and context[0] == 0:
                kinds[context] = following
        counts[n] = kinds


def save(spelling: Spelling, path: Path) -> None:
    """Write letters.gz as skill/model/letters.py reads it (the same bytes for the same model)."""
    letters = {number: text for text, numbers in spelling.by_letters.items() for number in numbers}
    named = [START[0], END[0], *(letters[number] for number in range(2, len(spelling.phones)))]
    graphones = [[text, list(phones)] for text, phones in zip(named, spelling.phones, strict=True)]
    lines = [json.dumps({"order": spelling.order, "graphones": graphones}, ensure_ascii=False)]
    for context, (backoff, following) in sorted(spelling.following.items()):
        cells = " ".join(f"{g}:{p:.2f}" for g, p in sorted(following.items()))
        lines.append(f"{' '.join(map(str, context))}\t{backoff:.2f}\t{cells}")
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as out:
        out.write("\n".join(lines).encode("utf-8"))
