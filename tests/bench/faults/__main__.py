"""Faults made on purpose: nothing committed is lost, it hears again, and nobody is left in the middle of a step.

    python -m tests.bench.faults --count 1000 --service 250 --results FILE     # the long run
    python -m tests.bench.faults --count 30 --service 12                       # a handful

`--service` of them go against the whole running service on a virtual sound card, with somebody crying out all
the time; the rest against the real rooms, in processes that are killed for it or in audio time. Each injection is drawn
from the seed and its number and is one line of --results, so what is stopped goes on where it was.
Prints fault × injections × losses × seconds to recover.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import tempfile
from collections import deque
from pathlib import Path

import numpy as np

from tests.bench.faults.harness import Harness, harness
from tests.bench.faults.journal import JOURNAL_FAULTS
from tests.bench.faults.night import NIGHT_FAULTS
from tests.bench.faults.results import Line, Results, table
from tests.bench.faults.rooms import ROOM_FAULTS
from tests.bench.faults.service import SERVICE_FAULTS, inject

IN_ROOMS = JOURNAL_FAULTS | ROOM_FAULTS | NIGHT_FAULTS
SHOW_EVERY = 25


def in_rooms(results: Results, count: int, seed: int) -> None:
    names = list(IN_ROOMS)
    for number in range(count):
        if results.has("room", seed, number):
            continue
        name = names[number % len(names)]
        # a copy that is still being made may write into the folder while it is taken away
        with tempfile.TemporaryDirectory(prefix="kv-fault-", ignore_cleanup_errors=True) as folder:
            outcome = IN_ROOMS[name](np.random.default_rng([seed, number]), Path(folder))
        tell(results, Line(name, "room", seed, number, outcome))


def in_service(results: Results, count: int, seed: int) -> None:
    left = deque(number for number in range(count) if not results.has("service", seed, number))
    while left:
        with (
            contextlib.suppress(
                subprocess.TimeoutExpired
            ),  # the machine itself stood still: anew, with the next one
            tempfile.TemporaryDirectory(prefix="kv-faults-") as folder,
            harness(Path(folder)) as running,
        ):
            while left:
                one_in_service(results, running, left.popleft(), seed)


def one_in_service(results: Results, running: Harness, number: int, seed: int) -> None:
    names = list(SERVICE_FAULTS)
    rng = np.random.default_rng([seed, number, 1])
    name = names[number] if number < len(names) else str(rng.choice(names))
    tell(results, Line(name, "service", seed, number, inject(running, name, rng)))


def tell(results: Results, line: Line) -> None:
    results.add(line)
    outcome = line.outcome
    if outcome.back_s is None or outcome.lost or outcome.corrupt or outcome.left_alone or outcome.back_s > 5:
        print(f"  {line.where} {line.number}: {line.fault}: {outcome}", flush=True)
    if len(results.lines) % SHOW_EVERY == 0:
        print(f"{len(results.lines)} injections", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="injections in all")
    parser.add_argument("--service", type=int, default=250, help="of them, against the whole running service")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, help="a line for each injection; added to")
    options = parser.parse_args()
    results = Results(options.results)
    try:
        in_rooms(results, options.count - options.service, options.seed)
        in_service(results, options.service, options.seed)
    finally:
        print(table(results.lines))


if __name__ == "__main__":
    main()
