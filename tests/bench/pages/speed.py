"""How quick the pages are on ten years of nights: `python -m tests.bench.pages.speed [rounds]`.

5,000 episodes and 150,000 events from `tests.journal.made_up_years`, a real server, one request at a time. Wall time is
what a person waits; CPU time is what the pages take from the listener, and tells more on a busy machine.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from skill.journal.storage.store import Journal
from skill.paths import user_paths
from skill.settings.file import save
from skill.settings.rules import with_values
from skill.settings.values import Settings
from skill.web.app import create_app
from skill.web.server import WebServer
from skill.web.site import WebConfig
from tests.journal.made_up_years import seed_journal
from tests.web.listener import NOON, OSLO, Listener

GOALS = "goals: p50 ≤ 50 ms, p95 ≤ 150 ms, PDF ≤ 2 s, page ≤ 150 kB"


def main(words: list[str]) -> int:
    rounds = int(words[0]) if words else 12
    with tempfile.TemporaryDirectory(prefix="krampevakt-pages-") as name:
        paths = user_paths(Path(name))
        save(paths.settings_file, with_values(Settings(), {"set_up": True}))
        with Journal.open(paths.database_file, zone=OSLO) as journal:
            rows = seed_journal(journal, NOON)
            found = journal.episodes()
            print(f"{len(found)} episodes, {rows} events; {GOALS}")
            config = WebConfig(paths=paths, journal=journal, ports=Listener(), now=lambda: NOON)
            app = create_app(config)
            busiest = max(found, key=lambda e: len(e.steps)).uuid
            month = (NOON - timedelta(days=900)).strftime("%Y-%m")
            pages = {
                "overview": "/",
                "overview, a year": "/?days=365",
                "nights": "/nights",
                "nights, a year": f"/nights?year={NOON.year - 1}",
                "nights, old": f"/nights?month={month}",
                "episode": f"/episodes/{busiest}",
                "edit": f"/episodes/{busiest}/edit",
                "morning": f"/episodes/{busiest}/morning",
                "doctor, six weeks": "/doctor",
                "doctor, a year": "/doctor?days=365",
                "doctor, ten years": f"/doctor?from={NOON - timedelta(days=3640):%Y-%m-%d}",
                "settings": "/settings/profile",
                "status": "/status",
                "healthz": "/healthz",
                "learn": "/learn",
            }
            with WebServer(app, "127.0.0.1", 0) as server:
                walls: list[float] = []
                for title, address in pages.items():
                    walls += _measure(title, lambda a=address: _get(server.address + a.lstrip("/")), rounds)
                print(f"{'all pages':22} wall {_spread(walls)}")
                for title, address in (
                    ("PDF, six weeks", "doctor.pdf"),
                    ("PDF, a year", "doctor.pdf?days=365"),
                    ("PDF, ten years", f"doctor.pdf?from={NOON - timedelta(days=3640):%Y-%m-%d}"),
                    ("JSON of everything", "exchange/journal.json"),
                    ("CSV of everything", "exchange/nights.csv"),
                    ("spreadsheet in words", "exchange/spreadsheet.csv"),
                ):
                    _measure(title, lambda a=address: _get(server.address + a), 3)
                shared = sum(
                    len(_get(f"{server.address}static/{n}"))
                    for n in (
                        "style.css",
                        "fonts/AtkinsonHyperlegible-Regular.woff2",
                        "fonts/AtkinsonHyperlegible-Bold.woff2",
                    )
                )
                print(f"style sheet and typefaces, once for all pages: {shared / 1000:.0f} kB")
    return 0


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        body: bytes = answer.read()
    return body


def _measure(title: str, get: Callable[[], bytes], rounds: int) -> list[float]:
    walls, cpus, size = [], [], 0
    cpu = _cpu_s()
    get()  # reads texts and templates, and folds what is kept from then on
    first_s = _cpu_s() - cpu
    for _ in range(rounds):
        cpu, wall = _cpu_s(), time.perf_counter()
        size = len(get())
        walls.append(time.perf_counter() - wall)
        cpus.append(_cpu_s() - cpu)
    first = f"first {first_s * 1000:6.1f}"
    print(
        f"{title:22} wall {_spread(walls)}   CPU {_spread(cpus)}, {first}   {size / 1000:8.1f} kB", flush=True
    )
    return walls


def _cpu_s() -> float:
    """Of this process and those it has waited for (the PDF's)."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _spread(walls: list[float]) -> str:
    ordered = sorted(walls)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return f"p50 {statistics.median(walls) * 1000:7.1f} p95 {p95 * 1000:7.1f} ms"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
