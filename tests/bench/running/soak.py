"""Hours of audio through the running service: memory, descriptors, threads and latency, at the start and at the end.

    python -m tests.bench.running.soak --hours 1                 # real pace, virtual microphone and loudspeaker
    python -m tests.bench.running.soak --hours 8 --speed 8       # a recording read faster; conversations at real pace

The night is mostly a silent room, with snoring, coughs and talk now and then, and every few minutes somebody who
cries out. Everything is on: both ears, a browser that opens one page after another beside a live status page, a year
of nights in the journal, and the daily backup, which is due ten minutes after the start. The same process is sampled
all the way: PSS of the process tree counts shared pages once, and each process's own is told apart. Lines go to
--results.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import psutil
import soundfile

from skill.audio.samples import RATE_HZ
from skill.journal.keeping.backup import backups
from skill.journal.storage.store import Journal
from skill.paths import UserPaths, user_paths
from skill.settings.file import save
from skill.settings.rules import with_values
from skill.settings.values import Settings
from tests.bench.listening.bedroom import night
from tests.bench.listening.common import Floats, at_level, figure, pink, to_samples
from tests.bench.listening.talk import talk
from tests.bench.pages.busy import Visitor
from tests.bench.running.service import cpu_s, tree
from tests.bench.running.virtual_room import virtual_room
from tests.journal.made_up_years import Years, seed_journal
from tests.service.bedside_process import RunningService, clip
from tests.web.listener import OSLO

STRETCH_S = 30.0
SETTLED_S = 300.0  # what is loaded once is loaded by then: growth counts from here
CRIES = [(voice, "krampe i leggen") for voice in ("kari", "einar", "olav", "solveig")]
SERVED = "tests.bench.running.served"


@dataclass(frozen=True)
class Sample:
    """The process tree at one moment."""

    at_s: float
    pss_mb: float
    descriptors: int
    threads: int
    processes: int
    cpu_s: float
    pss_mb_of: dict[str, float]
    """Of each process by the last part of its module's name: the service itself, the ear, its spare, the second ear."""


def module(process: psutil.Process, seen: dict[str, float]) -> str:
    """`worker` for `python -m skill.hearing.process.worker`; the second of that name, the spare, has a 2."""
    words = process.cmdline()
    name = words[words.index("-m") + 1].rpartition(".")[2] if "-m" in words else Path(words[0]).name
    return name if name not in seen else f"{name} {sum(each.startswith(name) for each in seen) + 1}"


def sample(pid: int, began_s: float) -> Sample:
    processes = tree(pid)
    of: dict[str, float] = {}
    for process in processes:
        of[module(process, of)] = round(process.memory_full_info().pss / 1e6, 1)
    return Sample(
        time.monotonic() - began_s,
        sum(of.values()),
        sum(process.num_fds() for process in processes),
        sum(process.num_threads() for process in processes),
        len(processes),
        cpu_s(pid),
        of,
    )


def write_night(path: Path, hours: float, cry_every_s: float, seed: int) -> None:
    """Stretches of half a minute: three in five silent, then bedroom, talk; a cry at every `cry_every_s`."""
    rng = np.random.default_rng(seed)
    with soundfile.SoundFile(str(path), "w", RATE_HZ, 1, "PCM_16") as file:
        next_cry_s = 20.0
        for number in range(round(hours * 3600 / STRETCH_S)):
            sound = _stretch(rng)
            if number * STRETCH_S >= next_cry_s - STRETCH_S:
                next_cry_s += cry_every_s
                said = clip(*CRIES[int(rng.integers(len(CRIES)))])
                at = int(rng.integers(0, len(sound) - len(said)))
                sound[at : at + len(said)] += at_level(said, -26.0)
            file.write(to_samples(sound))


def _stretch(rng: np.random.Generator) -> Floats:
    kind = rng.random()
    if kind < 0.2:
        return night(STRETCH_S, rng)
    room = at_level(pink(STRETCH_S, rng), -62.0)
    if kind < 0.3:
        said = talk(STRETCH_S, rng)
        room[: len(said)] += at_level(said, rng.uniform(-45, -25))
    return room


class Soak:
    """One service, sampled once a minute."""

    def __init__(self, service: RunningService, results: Path | None) -> None:
        self.service = service
        self.results = results
        self.samples: list[Sample] = []
        self._began_s = time.monotonic()

    def take(self) -> None:
        try:
            now = sample(self.service.process.pid, self._began_s)
        except psutil.Error:  # a child ended just now, and another begins
            print("(between two children)", flush=True)
            return
        self.samples.append(now)
        of = ", ".join(f"{name} {mb:.0f}" for name, mb in now.pss_mb_of.items())
        print(f"{now.at_s:6.0f} s  {now.pss_mb:5.0f} MB ({of})  {now.descriptors} descriptors  {now.threads} threads",
              flush=True)  # fmt: skip
        if self.results is not None:
            with self.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(now)) + "\n")

    def run(self, seconds: float) -> None:
        until_s = self._began_s + seconds
        while time.monotonic() < until_s:
            if self.service.process.poll() is not None:
                raise SystemExit(f"the service ended:\n{self.service.log.read_text('utf-8')[-2000:]}")
            self.take()
            time.sleep(max(0.0, min(60.0, until_s - time.monotonic())))
        self.take()


def growth_of(first: list[Sample], last: list[Sample], name: str) -> str:
    before, after = (statistics.median(s.pss_mb_of.get(name, 0.0) for s in part) for part in (first, last))
    return f"{before:.0f} → {after:.0f} ({after - before:+.1f} MB)"


def report(samples: list[Sample], times: list[float], hours: float, speed: float) -> None:
    settled = [each for each in samples if each.at_s >= min(SETTLED_S, samples[-1].at_s / 2)]
    first, last = settled[: max(1, len(settled) // 6)], settled[-max(1, len(settled) // 6) :]

    def growth(name: str) -> str:
        before, after = (statistics.median(getattr(s, name) for s in part) for part in (first, last))
        return f"{before:.0f} → {after:.0f} ({100 * (after / before - 1):+.1f} %)"

    figure(
        f"PSS of the tree, MB, {hours:g} h of audio at {speed:g} x", growth("pss_mb"), "<= 350, <= 5 % growth"
    )
    for name in last[-1].pss_mb_of:
        figure(f"… of {name}, MB", growth_of(first, last, name), "-")
    figure("descriptors", growth("descriptors"), "<= 5 % growth")
    figure("threads", growth("threads"), "<= 5 % growth")
    figure("largest PSS", f"{max(each.pss_mb for each in settled):.0f} MB", "<= 350 MB")
    used = (settled[-1].cpu_s - settled[0].cpu_s) / max(1.0, settled[-1].at_s - settled[0].at_s)
    figure("CPU of the tree", f"{100 * used:.1f} % of a core", "-")
    if len(times) >= 12:
        third = len(times) // 3
        before, after = statistics.median(times[:third]), statistics.median(times[-third:])
        figure(
            f"end of a phrase → first sound, median of {third}",
            f"{before:.2f} → {after:.2f} s",
            "<= 5 % growth",
        )


def answers_s(log: Path) -> list[float]:
    """From the end of each cry to the beginning of the answer, as `served` wrote them."""
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return [float(found["after_s"]) for found in map(json.loads, lines) if found["what"] == "answer"]


def used_home(home: Path) -> UserPaths:
    """Somebody has slept here for a year: a journal that pages have something to show of."""
    paths = user_paths(home)
    save(paths.settings_file, with_values(Settings(), {"set_up": True}))
    with Journal.open(paths.database_file, zone=OSLO) as journal:
        seed_journal(journal, datetime.now(OSLO), Years(days=365, episodes=300, events=9_000))
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=1.0, help="of audio")
    parser.add_argument("--speed", type=float, default=1.0, help="above 1 the microphone is a recording")
    parser.add_argument("--cry-every", type=float, default=300.0, help="seconds at real pace")
    parser.add_argument("--page-every", type=float, default=5.0, help="seconds between two pages")
    parser.add_argument("--results", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kv-soak-") as name, virtual_room() as room:
        folder = Path(name)
        home = folder / "home"
        paths = used_home(home)
        sound = folder / "night.wav"
        write_night(sound, options.hours, options.cry_every * options.speed, options.seed)
        words = ["--events", str(folder / "events.jsonl")]
        if options.speed != 1.0:
            words += ["--microphone-file", str(sound), "--speed", str(options.speed)]
        service = RunningService(home, module=SERVED, words=words)
        with contextlib.ExitStack() as after:
            after.callback(service.kill)
            service.wait_for(lambda: service.status().get("listening") == "hearing")
            if options.speed == 1.0:
                room.play(sound)
            soak = Soak(service, options.results)
            began = len(service.events())
            browser = Visitor(f"http://127.0.0.1:{service.port}/", options.page_every)
            with browser.here():
                soak.run(options.hours * 3600 / options.speed)
            rows = service.events()[began:]
            copies = len(backups(paths.backups))
        report(soak.samples, answers_s(folder / "events.jsonl"), options.hours, options.speed)
        faults = [row.text("sentence") for row in rows if row.kind == "fault"]
        episodes = sum(row.kind == "episode_started" for row in rows)
        shown = f"{len(browser.took_s)}, median {1000 * statistics.median(browser.took_s):.0f} ms"
        print(f"episodes {episodes}; pages read {shown}; backups {copies}; faults {faults}")
        print(f"processes at the end {soak.samples[-1].processes}")


if __name__ == "__main__":
    main()
