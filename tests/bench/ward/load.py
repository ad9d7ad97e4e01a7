"""Forty beds, ten nights in fast time, broker and database killed, frozen and started again, clocks a day apart.

`python -m tests.bench.ward.load --beds 40 --nights 10`; needs mosquitto and PostgreSQL.
"""

from __future__ import annotations

import argparse
import random
import signal
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

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


@dataclass
class SimulatedBed:
    """One journal and its feed. `off`: so far its clock is behind."""

    name: str
    journal: Journal
    off: timedelta
    feed: WardFeed
    append_ms: list[float] = field(default_factory=list)

    def write(self, kind: str, episode: str | None = None, **data: str) -> None:
        began_s = time.perf_counter()
        self.journal.append(kind, data, episode, datetime.now(OSLO) - self.off)
        self.append_ms.append(1000 * (time.perf_counter() - began_s))

    def cramp(self, rng: random.Random) -> None:
        uuid = start_episode(self.journal, datetime.now(OSLO) - self.off, place="calf")
        for rung in STEPS:
            self.write("step_started", uuid, protocol="calf", rung=rung)
            self.write("step_ended", uuid, protocol="calf", rung=rung, outcome="same")
        if rng.random() < 0.1:
            self.write("danger_sign", uuid, sign="T1", number="113", advice="113", question="")
        self.write("episode_ended", uuid, reason="relieved")


def make_bed(folder: Path, number: int, port: int, rng: random.Random) -> SimulatedBed:
    name, off = f"bed-{number}", timedelta(days=rng.choice((-1, 0, 1)))
    path = folder / f"{name}.db"
    journal = Journal.open(path, zone=OSLO)
    settings = ConnectSettings(True, mqtt_host="127.0.0.1", mqtt_port=port, mqtt_user=name, mqtt_ward=True)
    sent = SentRows(path, folder / f"{name}-ward.db")
    feed = WardFeed(settings, sent, lambda: datetime.now(OSLO) - off, lambda _: None)
    return SimulatedBed(name, journal, off, feed)


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--beds", type=int, default=40)
    told.add_argument("--nights", type=int, default=10)
    given = told.parse_args()
    rng = random.Random(1)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = PostgresServer()
        stack.callback(server.close)
        port = free_port()
        beds = [make_bed(folder, number, port, rng) for number in range(given.beds)]
        for bed in beds:
            bed.write("service_started", app="1", content="c", model="m")
        alone = _nights(beds, 2, rng)
        show("append, no ward, ms", alone)
        store = WardStore.open(server.url)
        consumer = WardConsumer(
            BrokerLogin("127.0.0.1", port), store, lambda: datetime.now(OSLO), WardCounts()
        )
        consumer.start()
        for bed in beds:
            bed.feed.start()
        _with_outages(beds, given.nights, rng, Outages(server, port, folder))
        with broker(folder / "broker", port=port):
            began_s = time.monotonic()
            wanted = {e.uuid for bed in beds for e in bed.journal.all_events() if e.kind in FIELDS}
            until(lambda: _stored(server.url)[0] >= len(wanted), 600)
            print(f"all there {time.monotonic() - began_s:.1f} s after the last outage")
            rows, uuids = _stored(server.url)
            distinct = len(set(uuids))
            print(
                f"rows sent {len(wanted)}, stored {rows}; lost {len(wanted - set(uuids))}, twice {rows - distinct}"
            )
            show("cry → page, ms", [_cry_to_page(bed, store) for bed in beds for _ in range(3)])
            show("all beds' page made, ms", [_page(store) for _ in range(20)])
        for bed in beds:
            bed.feed.close()
            bed.journal.close()
        consumer.close()
        store.close()


@dataclass(frozen=True)
class Outages:
    server: PostgresServer
    port: int
    folder: Path


def _with_outages(beds: list[SimulatedBed], nights: int, rng: random.Random, outages: Outages) -> None:
    """The broker is killed each second night and frozen in the others; so is the database, in the ones between."""
    times: list[float] = []
    survived = 0
    for night in range(nights):
        with broker(outages.folder / "broker", port=outages.port) as (_, process):
            times += _nights(beds, 1, rng)
            threading.Event().wait(1.0)
            match night % 4:
                case 0:
                    process.kill()
                    times += _nights(beds, 1, rng)
                case 1:
                    process.send_signal(signal.SIGSTOP)
                    times += _nights(beds, 1, rng)
                    process.send_signal(signal.SIGCONT)
                case 2:
                    outages.server.kill()
                    times += _nights(beds, 1, rng)
                    outages.server.start()
                case _:
                    outages.server.freeze()
                    times += _nights(beds, 1, rng)
                    outages.server.thaw()
            survived += 1
            threading.Event().wait(1.0)
    show("append, ward and outages, ms", times)
    print(
        f"outages {survived}: broker killed and frozen, database killed and frozen; each night twice as many cramps"
    )


def _nights(beds: list[SimulatedBed], nights: int, rng: random.Random) -> list[float]:
    """Each bed has a cramp in each night; how long its rows took, ms."""
    found: list[float] = []
    for _ in range(nights):
        for bed in beds:
            bed.append_ms.clear()
            bed.cramp(rng)
            found += bed.append_ms
    return found


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
    bed.write("episode_ended", uuid, reason="relieved")
    return took_ms


def _page(store: WardStore) -> float:
    began_s = time.perf_counter()
    board(store.beds(), store.seen_by(), datetime.now(OSLO))
    return 1000 * (time.perf_counter() - began_s)


if __name__ == "__main__":
    main()
