"""Every simulated night once, in audio time: how many end as scripted, what was invented, how long answers took.

    python -m tests.bench.running.nights [--scenario NAME ...] [--out FOLDER]

Latency is audio time from the last sample of the person that is less than 30 dB below their loudest
to the first audible sample handed to the loudspeaker.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np

from skill.commands.bedside.demo import ZONE, make_parts
from skill.paths import prompts_dir
from skill.settings.values import Settings
from skill.simulation.night import PlayedNight, play_night
from skill.simulation.scenario import load_scenarios

START = ("cramp",)
ALARM = ("alarm", "seizure_word")
MAY_GO_ON = ("yes", "no")  # answers, and to a danger question: wait for a clear pause


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", action="append", default=[])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    wanted = options.scenario
    scenarios = [s for s in load_scenarios(prompts_dir() / "demo") if not wanted or s.name in wanted]
    with tempfile.TemporaryDirectory() as folder:
        home = options.out or Path(folder)
        parts = make_parts(home, Settings())
        with parts.rooms.journal:
            nights = []
            for scenario in scenarios:
                wav = home / f"{scenario.name}.wav" if options.out else None
                night = play_night(scenario, parts, datetime(2026, 11, 23, 3, 0, tzinfo=ZONE), wav)
                nights.append(night)
                print(_line(night), flush=True)
    _summary(nights)


def _line(night: PlayedNight) -> str:
    verdict = "as scripted" if night.as_scripted else "NOT as scripted"
    missed = "".join(f"  missed «{turn.say}»" for turn in night.missed)
    invented = "".join(f"  INVENTED «{heard.phrase}»" for heard in night.invented)
    return f"{night.scenario.name:<20} {verdict:<16} ended {night.reason or '-':<12}{missed}{invented}"


def _summary(nights: list[PlayedNight]) -> None:
    turns = sum(len(night.scenario.turns) for night in nights)
    missed = Counter(turn.say for night in nights for turn in night.missed)
    invented = sum(len(night.invented) for night in nights)
    print(f"\nnights as scripted        {sum(n.as_scripted for n in nights)} of {len(nights)}")
    print(
        f"nights with an invented answer  {sum(bool(n.invented) for n in nights)} ({invented} phrases; goal 0)"
    )
    print(f"turns not understood      {sum(missed.values())} of {turns}: {dict(missed)}")
    replies = [reply for night in nights for reply in night.replies]
    for name, kinds, goal in (
        ("start → first sound", START, "first instruction ≤ 2.5 s"),
        ("alarm → 113 text", ALARM, "p95 ≤ 1.5 s, never > 2 s"),
        ("yes and no", MAY_GO_ON, "p95 ≤ 1.1 s where it begins another or is a danger question"),
    ):
        _row(name, [r.after_s for r in replies if r.turn.means.split(":")[0] in kinds], goal)
    silent = ("stop", "wait")  # what answers these is silence
    others = [
        r.after_s for r in replies if r.turn.means.split(":")[0] not in (*START, *ALARM, *MAY_GO_ON, *silent)
    ]
    _row("other commands", others, "p50 ≤ 0.35 s, p95 ≤ 0.5 s")


def _row(name: str, seconds: list[float], goal: str) -> None:
    if not seconds:
        print(f"{name:<25} none heard (goal {goal})")
        return
    p50, p95 = np.percentile(seconds, [50, 95])
    print(
        f"{name:<25} n={len(seconds):<3} p50 {p50:.2f} s  p95 {p95:.2f} s  max {max(seconds):.2f} s  (goal {goal})"
    )


if __name__ == "__main__":
    main()
