"""Every call on a file × ENOSPC, EROFS, EACCES, EINTR, EIO × once, from then on × at the start, at night.

At night each also hangs for twenty seconds, as calls on a dying memory card do.

    python -m tests.bench.faults.file_calls [--every 1] [--results FILE]

One night in a used home is lived to learn which calls there are. Then each kind of call (its name and file) fails with
each error in a night of its own, in which somebody cries. Printed: calls × nights × answered × lost × corrupt ×
in how many of them something was told. Lines go to --results, and what is stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from skill.journal.storage.store import Journal
from tests.bench.faults.file_calls.calls import FailingCalls, environment, kind
from tests.bench.faults.journal import whole
from tests.bench.faults.results import Line, Outcome, Results
from tests.service.whole.held_night import HeldNight, Lived

ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EINTR, errno.EIO)
HANGS = 0
TOLD = "told"
WHEN = ("at_start", "at_night")


@dataclass(frozen=True)
class Injection:
    """Call number `at` of a night fails."""

    call: str
    when: str
    at: int
    number: int
    from_then_on: bool

    @property
    def name(self) -> str:
        how = "from then on" if self.from_then_on else "once"
        return f"{self.when} {errno.errorcode.get(self.number, 'hangs')} {how} {self.call}"


def used_home(folder: Path) -> Path:
    """A home in which a night was lived, so that a start does what it does every day."""
    night = HeldNight(folder / "used")
    night.somebody_cries = False  # nothing is left open
    night.live()
    copies_made()
    return night.folder


def copies_made() -> None:
    """The daily copy is made in a thread of its own, which may outlive so short a night."""
    for thread in threading.enumerate():
        if thread.name in ("backup", "disk"):
            thread.join(60)


def calls(used: Path, folder: Path, when: str) -> dict[str, tuple[int, int]]:
    """Kind of call → the numbers of the first and the last one of its kind, in the order of a night."""
    log, home = folder / f"{when}.log", folder / f"counted {when}"
    shutil.copytree(used, home)
    HeldNight(home).live(**{when: FailingCalls(home, log=log)})  # type: ignore[arg-type]
    copies_made()
    found: dict[str, tuple[int, int]] = {}
    for at, line in enumerate(log.read_text("utf-8").splitlines()):
        found[kind(line)] = (found.get(kind(line), (at,))[0], at)
    return found


def injections(used: Path, folder: Path) -> Iterator[Injection]:
    """What fails once is the last of its kind; what fails from then on or hangs begins with the first."""
    for when in WHEN:
        for call, (first, last) in calls(used, folder, when).items():
            for number in ERRORS:
                yield Injection(call, when, last, number, from_then_on=False)
                yield Injection(call, when, first, number, from_then_on=True)
            if when == "at_night":
                yield Injection(call, when, first, HANGS, from_then_on=False)


def told_in_any_night(used: Path, home: Path) -> frozenset[str]:
    shutil.copytree(used, home)
    faults = HeldNight(home).live().faults
    copies_made()
    return frozenset(faults)


def lived(used: Path, home: Path, injection: Injection, usual: frozenset[str]) -> Outcome:
    """One night with it, and what became of the cry and of the nights before; `usual` is told in any night."""
    shutil.copytree(used, home)
    night, before = HeldNight(home), _rows(used)
    trouble = FailingCalls(home, injection.at, injection.number, injection.from_then_on)
    try:
        became = night.live(**{injection.when: trouble})  # type: ignore[arg-type]
    except Exception:  # it ended by itself, which nothing may bring about
        became, why = Lived(False, [], 0), traceback.format_exc()[-1500:]
    else:
        why = TOLD if set(became.faults) - usual else ""
    copies_made()
    checked = home.with_name(
        f"{home.name} checked"
    )  # a lock that could not be let go lasts as long as this process
    shutil.copytree(home, checked)
    corrupt = not whole(HeldNight(checked).paths.database_file)
    lost = len(before - _rows(checked))
    shutil.rmtree(home)
    shutil.rmtree(checked)
    answered_s = became.answered_s if became.answered else None
    return Outcome(answered_s, lost, corrupt, not became.answered, why)


def _rows(home: Path) -> set[str]:
    with Journal.open(HeldNight(home).paths.database_file) as journal:
        return {event.uuid for event in journal.all_events()}


def table(lines: list[Line]) -> str:
    by_call: dict[str, list[Outcome]] = defaultdict(list)
    for line in lines:
        by_call[line.where].append(line.outcome)
    rows = [f"{'call':<10}{'nights':>8}{'answered':>10}{'lost':>6}{'corrupt':>9}{'told':>6}"]
    for call, outcomes in sorted([*by_call.items(), ("all", [line.outcome for line in lines])]):
        rows.append(
            f"{call:<10}{len(outcomes):>8}{sum(o.back_s is not None for o in outcomes):>10}"
            f"{sum(o.lost for o in outcomes):>6}{sum(o.corrupt for o in outcomes):>9}"
            f"{sum(o.note == TOLD for o in outcomes):>6}"
        )
    kinds = {line.fault.rsplit(" ", 2)[-2] + line.fault.rsplit(" ", 1)[-1] for line in lines}
    return "\n".join([*rows, f"{len(kinds)} kinds of call"])


def work(every: int, wanted: str, path: Path | None) -> None:
    results = Results(path)
    known = {line.fault for line in results.lines}
    with tempfile.TemporaryDirectory(prefix="kv-calls-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        used = used_home(folder)
        usual = told_in_any_night(used, folder / "usual")
        for place, injection in enumerate(injections(used, folder)):
            if place % every or wanted not in injection.name or injection.name in known:
                continue
            outcome = lived(used, folder / f"{place}", injection, usual)
            results.add(Line(injection.name, injection.call.split()[0], 0, place, outcome))
            if outcome.back_s is None or outcome.lost or outcome.corrupt:
                print(f"{injection.name}: {outcome}", flush=True)
    print(table(results.lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every so many of the injections")
    parser.add_argument("--only", default="", help="those whose name holds this: an error, a call, a file")
    parser.add_argument("--results", type=Path, help="a line for each night; added to")
    options = parser.parse_args()
    if "failing_calls" in os.environ.get("LD_PRELOAD", ""):
        work(options.every, options.only, options.results)
        return
    with tempfile.TemporaryDirectory(prefix="kv-shim-") as folder:
        command = [sys.executable, "-m", "tests.bench.faults.file_calls", *sys.argv[1:]]
        raise SystemExit(subprocess.run(command, env=environment(Path(folder)), check=False).returncode)


if __name__ == "__main__":
    main()
