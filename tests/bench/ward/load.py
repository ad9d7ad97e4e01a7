"""Forty beds, ten nights in fast time, broker and database killed, frozen and started again, clocks a day apart.

`python -m tests.bench.ward.load --beds 40 --nights 10`; needs mosquitto and PostgreSQL. The feeds are one process, the
ward another, and the journals are written by a third, as at a bed. Each night some beds have one cramp with feeds
and ward standing still and one with them running and something broken, in turns: rows of the same minute are compared,
by the clock and by the processor's time that the writing thread itself used.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

from skill.connect.ward.feed import WardFeed
from skill.connect.ward.sent_rows import SentRows
from skill.connect.ward.wire import FIELDS
from skill.journal.storage.store import Journal
from skill.settings.values import ConnectSettings
from skill.ward.board import board
from skill.ward.consumer import BrokerLogin, WardConsumer
from skill.ward.metrics import WardCounts
from skill.ward.store import WardStore
from tests.bench.connect.latency import show
from tests.connect.broker import broker
from tests.connect.process import until
from tests.connect.servers import OSLO, free_port
from tests.journal.writing import start_episode
from tests.ward.servers import PostgresServer

STEPS = ("toes", "heel", "walk")
BROKEN_S = 1.0  # at least so long


@dataclass
class RowTimes:
    """Of rows written, ms: by the clock, and of the processor."""

    wall_ms: list[float] = field(default_factory=list)
    own_ms: list[float] = field(default_factory=list)


@dataclass
class SimulatedBed:
    """One journal. `off`: so far its clock is behind."""

    name: str
    journal: Journal
    off: timedelta

    def write(
        self, kind: str, times: RowTimes | None = None, episode: str | None = None, **data: str
    ) -> None:
        began_s, own_s = time.perf_counter(), time.thread_time()
        self.journal.append(kind, data, episode, datetime.now(OSLO) - self.off)
        if times is not None:
            times.own_ms.append(1000 * (time.thread_time() - own_s))
            times.wall_ms.append(1000 * (time.perf_counter() - began_s))

    def cramp(self, rng: random.Random, times: RowTimes) -> None:
        uuid = start_episode(self.journal, datetime.now(OSLO) - self.off, place="calf")
        for rung in STEPS:
            self.write("step_started", times, uuid, protocol="calf", rung=rung)
            self.write("step_ended", times, uuid, protocol="calf", rung=rung, outcome="same")
        if rng.random() < 0.1:
            self.write("danger_sign", times, uuid, sign="T1", number="113", advice="113", question="")
        self.write("episode_ended", times, uuid, reason="relieved")


@dataclass(frozen=True)
class Place:
    """What the processes share."""

    folder: Path
    port: int
    url: str
    off: dict[str, timedelta]

    def journal_file(self, bed: str) -> Path:
        return self.folder / f"{bed}.db"


def run_feeds(place: Place, over: Event) -> None:
    """All beds' feeds."""
    os.setsid()  # Linux shares a busy machine out by sessions: they take nothing of the writer's share

    def feed(bed: str, off: timedelta) -> WardFeed:
        settings = ConnectSettings(
            True, mqtt_host="127.0.0.1", mqtt_port=place.port, mqtt_user=bed, mqtt_ward=True
        )
        sent = SentRows(place.journal_file(bed), place.folder / f"{bed}-ward.db")
        return WardFeed(settings, sent, lambda: datetime.now(OSLO) - off, lambda _: None)

    feeds = [feed(bed, off) for bed, off in place.off.items()]
    for each in feeds:
        each.start()
    over.wait()
    for each in feeds:
        each.close()


def run_ward(place: Place, over: Event) -> None:
    """The database's one writer."""
    os.setsid()
    store = WardStore.open(place.url)
    login = BrokerLogin("127.0.0.1", place.port)
    consumer = WardConsumer(login, store, lambda: datetime.now(OSLO), WardCounts())
    consumer.start()
    over.wait()
    consumer.close()
    store.close()


@dataclass(frozen=True)
class Ward:
    """The servers and the two processes."""

    server: PostgresServer
    place: Place
    processes: tuple[BaseProcess, ...]

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        found = [psutil.Process(each.pid) for each in self.processes]
        for each in found:
            each.suspend()
        yield
        for each in found:
            each.resume()

    @contextmanager
    def broken(self, night: int, process: psutil.Process) -> Iterator[None]:
        """Broker killed, broker frozen, database killed, database frozen, in turns."""
        match night % 4:
            case 0:
                process.kill()
                yield
            case 1:
                process.suspend()
                yield
                process.resume()
            case 2:
                self.server.kill()
                yield
                self.server.start()
            case _:
                self.server.freeze()
                yield
                self.server.thaw()


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--beds", type=int, default=40)
    told.add_argument("--nights", type=int, default=10)
    told.add_argument("--paired", type=int, default=8, help="beds whose rows are compared")
    given = told.parse_args()
    rng = random.Random(1)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = PostgresServer()
        stack.callback(server.close)
        off = {f"bed-{number}": timedelta(days=rng.choice((-1, 0, 1))) for number in range(given.beds)}
        place = Place(folder, free_port(), server.url, off)
        beds = [
            SimulatedBed(name, Journal.open(place.journal_file(name), zone=OSLO), each)
            for name, each in off.items()
        ]
        for bed in beds:
            stack.callback(bed.journal.close)
            bed.write("service_started", app="1", content="c", model="m")
        WardStore.open(server.url).close()
        spawn = multiprocessing.get_context("spawn")
        over = spawn.Event()
        processes = tuple(
            spawn.Process(target=work, args=(place, over), daemon=True) for work in (run_feeds, run_ward)
        )
        for each in processes:
            each.start()
        _with_outages(beds, given.nights, given.paired, rng, Ward(server, place, processes))
        _at_the_end(beds, place)
        over.set()
        for each in processes:
            each.join(10)


def _at_the_end(beds: list[SimulatedBed], place: Place) -> None:
    store = WardStore.open(place.url)
    with broker(place.folder / "broker", port=place.port):
        began_s = time.monotonic()
        wanted = {e.uuid for bed in beds for e in bed.journal.all_events() if e.kind in FIELDS}
        until(lambda: _stored(place.url)[0] >= len(wanted), 600)
        print(f"all there {time.monotonic() - began_s:.1f} s after the last outage")
        rows, uuids = _stored(place.url)
        distinct = len(set(uuids))
        print(
            f"rows sent {len(wanted)}, stored {rows}; lost {len(wanted - set(uuids))}, twice {rows - distinct}"
        )
        show("cry → page, ms", [_cry_to_page(bed, store) for bed in beds])
        show("all beds' page made, ms", [_page(store) for _ in range(10)])
    store.close()


def _with_outages(beds: list[SimulatedBed], nights: int, paired: int, rng: random.Random, ward: Ward) -> None:
    alone, with_ward = RowTimes(), RowTimes()
    differences: list[float] = []
    for night in range(nights):
        chosen = rng.sample(beds, min(paired, len(beds)))
        others = [bed for bed in beds if bed not in chosen]
        with broker(ward.place.folder / "broker", port=ward.place.port) as (_, process):
            _cramps(others, rng)
            quiet, broken = RowTimes(), RowTimes()
            for half in ("quiet", "broken") if night % 2 else ("broken", "quiet"):
                if half == "quiet":
                    with ward.standing_still():
                        _cramps(chosen, rng, quiet)
                    continue
                with ward.broken(night, psutil.Process(process.pid)):
                    began_s = time.monotonic()
                    _cramps(chosen, rng, broken)
                    time.sleep(max(0.0, BROKEN_S - (time.monotonic() - began_s)))
        for whole, part in ((alone, quiet), (with_ward, broken)):
            whole.wall_ms += part.wall_ms
            whole.own_ms += part.own_ms
        differences.append(statistics.median(broken.wall_ms) - statistics.median(quiet.wall_ms))
        print(f"night {night + 1}: {differences[-1]:+.1f} ms", flush=True)
    show("row, feeds and ward standing still, ms", alone.wall_ms)
    show("row, feeds running, an outage, ms", with_ward.wall_ms)
    show("… of the processor, standing still, ms", alone.own_ms)
    show("… of the processor, an outage, ms", with_ward.own_ms)
    show("difference of a night's medians, ms", differences)


def _cramps(beds: list[SimulatedBed], rng: random.Random, times: RowTimes | None = None) -> None:
    for bed in beds:
        bed.cramp(rng, times or RowTimes())


def _stored(url: str) -> tuple[int, list[str]]:
    engine = create_engine(url)
    with engine.connect() as db:
        uuids = [row[0] for row in db.execute(text("SELECT uuid FROM ward_rows"))]
    engine.dispose()
    return len(uuids), uuids


def _cry_to_page(bed: SimulatedBed, store: WardStore) -> float:
    began_s = time.perf_counter()
    uuid = start_episode(bed.journal, datetime.now(OSLO) - bed.off, place="calf")

    def on_page() -> bool:
        known = store.bed(bed.name)
        return known is not None and any(row.episode == uuid for row in known.rows)

    while not on_page():
        assert time.perf_counter() - began_s < 60
        time.sleep(0.02)
    took_ms = 1000 * (time.perf_counter() - began_s)
    bed.write("episode_ended", None, uuid, reason="relieved")
    return took_ms


def _page(store: WardStore) -> float:
    began_s = time.perf_counter()
    board(store.beds(), store.seen_by(), datetime.now(OSLO))
    return 1000 * (time.perf_counter() - began_s)


if __name__ == "__main__":
    main()
