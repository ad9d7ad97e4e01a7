"""What one bed costs a ward, and from that what 4,000 would: on paper, never tried.

`python -m tests.bench.ward.size --beds 40`; needs PostgreSQL. Times are of the ward's processor, of PostgreSQL's
processes, and by the clock; a bed reports every thirty seconds, and a page is fetched every five.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import psutil
from sqlalchemy import create_engine, text

from skill.connect.ward.feed import SIGN_OF_LIFE_S
from skill.connect.ward.wire import Batch
from skill.journal.episode import Event
from skill.ward.board import board
from skill.ward.store import BOARD_ROWS, WardStore
from tests.bench.connect.latency import show
from tests.connect.servers import OSLO
from tests.ward.servers import PostgresServer

MANY = 4000
PAGE_EVERY_S = 5.0
CRAMP_ROWS = 10  # a cramp with three steps


def rows_of(bed: str, count: int, now: datetime) -> tuple[Event, ...]:
    """Cramps of ten rows each."""
    kinds = ("episode_started", *("step_started", "step_ended") * 4, "episode_ended")
    return tuple(
        Event(
            number, f"{bed}-{number}", now - timedelta(minutes=count - number), "Europe/Oslo", f"d-{bed}",
            f"{bed}-e{number // CRAMP_ROWS}", kinds[number % CRAMP_ROWS], {"protocol": "calf", "rung": "toes"},
        )
        for number in range(1, count + 1)
    )  # fmt: skip


def database_s(server: PostgresServer) -> float:
    """Of the processor, of all its processes that live."""
    assert server.process is not None
    first = psutil.Process(server.process.pid)
    return sum(
        sum(each.cpu_times()[:2]) for each in (first, *first.children(recursive=True)) if each.is_running()
    )


def measured(what: str, times: int, server: PostgresServer, work: Callable[[int], object]) -> float:
    """Prints; ms of the ward's and the database's processor for one time."""
    wall_ms, own_s, before_s = [], time.thread_time(), database_s(server)
    for number in range(times):
        began_s = time.perf_counter()
        work(number)
        wall_ms.append(1000 * (time.perf_counter() - began_s))
    own_ms = 1000 * (time.thread_time() - own_s) / times
    database_ms = 1000 * (database_s(server) - before_s) / times
    show(what, wall_ms)
    print(f"  of the processor: ward {own_ms:.1f} ms, database {database_ms:.1f} ms")
    return own_ms


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--beds", type=int, default=40)
    beds = told.parse_args().beds
    server = PostgresServer()
    store = WardStore.open(server.url)
    now = datetime.now(OSLO)
    for number in range(beds):
        bed = f"bed-{number}"
        store.take(bed, Batch("b", f"d-{bed}", 0, BOARD_ROWS, now, rows_of(bed, BOARD_ROWS, now)), now)

    def sign(number: int) -> object:
        bed = f"bed-{number % beds}"
        return store.take(bed, Batch("s", f"d-{bed}", BOARD_ROWS, BOARD_ROWS, now), now)

    sign_ms = measured("a sign of life stored, ms", 10 * beds, server, sign)
    page_ms = measured(
        f"the page of {beds} beds, ms", 10, server, lambda _: board(store.beds(), store.seen_by(), now)
    )
    with create_engine(server.url).connect() as db:
        size = int(db.execute(text("SELECT pg_total_relation_size('ward_rows')")).scalar_one())
    a_row = size / (beds * BOARD_ROWS)
    store.close()
    server.close()
    print(f"a row in the database with its indexes: {a_row:.0f} bytes")
    signs, page_s = MANY / SIGN_OF_LIFE_S, page_ms * MANY / beds / 1000
    print(f"{MANY} beds: signs of life {signs:.0f}/s, {signs * sign_ms / 1000:.2f} cores;")
    print(f"  the page {page_s:.1f} s each time, {page_s / PAGE_EVERY_S:.1f} cores;")
    print(f"  a cramp a night at each: {MANY * CRAMP_ROWS * 365 * a_row / 1e9:.1f} GB a year")


if __name__ == "__main__":
    main()
