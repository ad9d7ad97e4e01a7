"""What came of faults made on purpose: one line each in a file that only grows, and the table over all of them."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

GOAL_S = 5.0


@dataclass(frozen=True)
class Outcome:
    """One injection.

    `back_s`: seconds from the fault, or from the return of what was missing, until it works again; None: it never did
    within the limit. `lost`: committed events that are gone. `corrupt`: the file, or an episode in it, is not
    what was written. `left_alone`: a person in the middle of a step got no further word.
    """

    back_s: float | None
    lost: int = 0
    corrupt: bool = False
    left_alone: bool = False
    note: str = ""
    starved_s: float = 0.0  # of `back_s`, in which it was ready to run and other programs had the processors

    @property
    def by_itself_s(self) -> float | None:
        """How long it took, less the waiting for a processor that others used."""
        return None if self.back_s is None else max(0.0, self.back_s - self.starved_s)


@dataclass(frozen=True)
class Line:
    """An injection and what came of it; `number` and `seed` make the same one again."""

    fault: str
    where: str  # service | room
    seed: int
    number: int
    outcome: Outcome


class Results:
    """Kept in a file as they come, so that what is stopped goes on where it was."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.lines: list[Line] = []
        if path is not None and path.exists():
            for text in path.read_text("utf-8").splitlines():
                found = json.loads(text)
                self.lines.append(Line(**(found | {"outcome": Outcome(**found["outcome"])})))
        self._known = {(line.where, line.seed, line.number) for line in self.lines}

    def has(self, where: str, seed: int, number: int) -> bool:
        return (where, seed, number) in self._known

    def add(self, line: Line) -> None:
        self.lines.append(line)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")


def table(lines: list[Line]) -> str:
    """Fault × injections × losses × seconds to recover."""
    by_fault: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for line in lines:
        by_fault[(line.where, line.fault)].append(line.outcome)
    head = f"{'fault':<44}{'injected':>9}{'lost':>6}{'corrupt':>9}{'alone':>7}"
    rows = [head + f"{'not back':>10}{'median s':>10}{'max s':>8}{'less waiting for a processor':>30}"]
    for (where, fault), outcomes in sorted(by_fault.items()):
        times = sorted(o.back_s for o in outcomes if o.back_s is not None)
        alone = sorted(o.by_itself_s for o in outcomes if o.by_itself_s is not None)
        middle, longest = (statistics.median(times), times[-1]) if times else (float("nan"), float("nan"))
        own = f"{statistics.median(alone):.2f} / {alone[-1]:.2f}" if alone else "-"
        rows.append(
            f"{where + ': ' + fault:<44}{len(outcomes):>9}{sum(o.lost for o in outcomes):>6}"
            f"{sum(o.corrupt for o in outcomes):>9}{sum(o.left_alone for o in outcomes):>7}"
            f"{sum(o.back_s is None for o in outcomes):>10}{middle:>10.2f}{longest:>8.2f}{own:>30}"
        )
    every = [outcome for outcomes in by_fault.values() for outcome in outcomes]
    late = sum(o.back_s is None or o.back_s > GOAL_S for o in every)
    slow = sum(o.by_itself_s is None or o.by_itself_s > GOAL_S for o in every)
    rows.append(
        f"total {len(every)} injections of {len(by_fault)} kinds (goal >= 2,000 of >= 60): "
        f"{sum(o.lost for o in every)} events lost (goal 0), "
        f"{sum(o.corrupt for o in every)} corrupt (0), {sum(o.left_alone for o in every)} left alone (0), "
        f"{late} later than {GOAL_S:.0f} s (0), {slow} less the waiting for a processor"
    )
    return "\n".join(rows)
