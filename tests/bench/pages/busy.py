"""Does a busy page keep the listener waiting? Answers of the real service, with and without somebody at the pages.

    python -m tests.bench.pages.busy [--cycles 16] [--episodes 5000] [--pause 0.25]

The service runs as `krampevakt run` does, on a recording at its own pace: «krampe i leggen», «ikke krampe», again and
again. By turns nobody looks, or somebody opens the heaviest pages one after another beside a live status page.
Printed: from the end of the phrase to the sentence's way to the loudspeaker (goal: p95 at most 20 ms more with the
load), and how long the pages took while the listener listened (goal: p50 ≤ 50 ms, p95 ≤ 150 ms).
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np

from skill.journal.storage.store import Journal
from skill.paths import user_paths
from skill.settings.file import save
from skill.settings.rules import with_values
from skill.settings.values import Settings
from tests.journal.made_up_years import Years, seed_journal
from tests.service.bedside_process import RunningService, recording
from tests.web.listener import OSLO

PAGES = ("", "?days=365", "nights", "doctor", "doctor?days=365", "status", "settings/profile")
BLOCK_S = 24.0  # nobody looks, then somebody does, and so on


class Visitor:
    """One browser: page after page, and the live status page beside it."""

    def __init__(self, base: str, pause_s: float) -> None:
        self._base = base
        self._pause_s = pause_s
        self._leave = threading.Event()
        self.took_s: list[float] = []
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._browse, self._look_on)]

    def _browse(self) -> None:
        for page in itertools.cycle(PAGES):
            if self._leave.wait(self._pause_s):
                return
            began_s = time.monotonic()
            with urllib.request.urlopen(self._base + page, timeout=30) as answer:
                answer.read()
            self.took_s.append(time.monotonic() - began_s)

    def _look_on(self) -> None:
        with urllib.request.urlopen(self._base + "status/stream", timeout=30) as answer:
            while not self._leave.is_set() and answer.readline():
                pass

    @contextmanager
    def here(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._leave.set()
            for thread in self._threads:
                thread.join(30)


def new_answers(path: Path, seen: int) -> list[float]:
    """Seconds from the end of the phrase to the answer, of the answers after the first `seen`."""
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return [float(json.loads(line)["after_s"]) for line in lines[seen:]]


def measure(
    service: RunningService, answers: Path, for_s: float, pause_s: float
) -> tuple[dict[bool, list[float]], list[float]]:
    """Answer times by whether somebody was at the pages, and what the pages took."""
    found: dict[bool, list[float]] = {False: [], True: []}
    pages_s: list[float] = []
    until_s = time.monotonic() + for_s
    for busy in itertools.cycle((False, True)):
        if time.monotonic() >= until_s:
            return found, pages_s
        before = len(new_answers(answers, 0))
        if busy:
            visitor = Visitor(f"http://127.0.0.1:{service.port}/", pause_s)
            with visitor.here():
                time.sleep(BLOCK_S)
            pages_s += visitor.took_s
        else:
            time.sleep(BLOCK_S)
        found[busy] += new_answers(answers, before)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cycles", type=int, default=16)
    parser.add_argument("--episodes", type=int, default=5000)
    parser.add_argument(
        "--pause", type=float, default=0.25, help="seconds between two pages; 0: without a pause"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="krampevakt-busy-") as name:
        home, answers = Path(name) / "home", Path(name) / "answers.jsonl"
        paths = user_paths(home)
        save(paths.settings_file, with_values(Settings(), {"set_up": True}))
        with Journal.open(paths.database_file, zone=OSLO) as journal:
            seed_journal(
                journal, datetime.now(OSLO), Years(episodes=options.episodes, events=30 * options.episodes)
            )
        turn = [(5.0, "kari", "krampe i leggen"), (4.0, "kari", "ikke krampe")]
        sound = recording(Path(name) / "night.wav", [(45.0, *turn[0][1:]), turn[1], *(turn * options.cycles)])
        service = RunningService(
            home, sound, module="tests.bench.running.served", words=["--events", str(answers)]
        )
        service.wait_for(
            lambda: len(new_answers(answers, 0)) >= 2, 120.0
        )  # the sounds have been rendered by now
        found, pages_s = measure(service, answers, options.cycles * 11.0, options.pause)
        service.stop()
    for busy, title in ((False, "nobody at the pages"), (True, "a busy browser")):
        p50, p95 = np.percentile(1000 * np.asarray(found[busy]), [50, 95])
        print(f"answer, {title:20} p50 {p50:6.0f}  p95 {p95:6.0f} ms  n {len(found[busy])}")
    more_ms = 1000 * (np.percentile(found[True], 95) - np.percentile(found[False], 95))
    print(f"p95 with the load − without    {more_ms:+6.0f} ms (goal ≤ +20)")
    p50, p95 = np.percentile(1000 * np.asarray(pages_s), [50, 95])
    print(
        f"pages, listener running        p50 {p50:6.0f}  p95 {p95:6.0f} ms  n {len(pages_s)} (goal ≤ 50, ≤ 150)"
    )


if __name__ == "__main__":
    main()
