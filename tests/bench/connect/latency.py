"""From a row of the journal to the broker, and what a frozen broker costs the journal's writer: nothing is expected.

`python -m tests.bench.connect.latency`; needs mosquitto.
"""

from __future__ import annotations

import signal
import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from skill.journal.storage.store import Journal
from skill.paths import user_paths
from tests.connect.broker import Home, Onlooker, broker
from tests.connect.process import until
from tests.connect.servers import OSLO
from tests.journal.writing import start_episode

EVENTS = 100


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        paths = user_paths(Path(name) / "home")
        for folder in (paths.config, paths.data):
            folder.mkdir(parents=True)
        with (
            Journal.open(paths.database_file, zone=OSLO) as journal,
            broker(Path(name) / "broker") as (port, process),
        ):
            home, onlooker = Home(paths, journal), Onlooker().look(port)
            home.write("service_started", app="1", content="c", model="m")
            home.choose(mqtt_port=port)
            home.start()
            until(lambda: onlooker.state(home.topics).get("hearing") == "hears")
            show("event → broker, ms", [_to_the_broker(home, onlooker, number) for number in range(EVENTS)])
            show("append with the broker alive, ms", [_append(home) for _ in range(EVENTS)])
            process.send_signal(signal.SIGSTOP)
            show("append with the broker frozen, ms", [_append(home) for _ in range(EVENTS)])
            process.send_signal(signal.SIGCONT)
            onlooker.close()
            assert home.beside is not None
            home.beside.service_dies()


def _to_the_broker(home: Home, onlooker: Onlooker, number: int) -> float:
    arrived, step = threading.Event(), f"calf/step{number}"
    before = onlooker.client.on_message

    def take(client: object, data: object, message: object) -> None:
        before(client, data, message)  # type: ignore[misc, arg-type]
        if onlooker.state(home.topics).get("step") == step:
            arrived.set()

    onlooker.client.on_message = take
    episode = start_episode(home.journal, datetime.now(UTC))
    home.write("step_started", episode, protocol="calf", rung=f"step{number}")
    began_s = time.perf_counter()
    assert arrived.wait(10)
    onlooker.client.on_message = before
    return 1000 * (time.perf_counter() - began_s)


def _append(home: Home) -> float:
    began_s = time.perf_counter()
    home.write("fault", source="voice", severity="notice", sentence="-")
    home.write("fault_over", source="voice", sentence="-")
    return 500 * (time.perf_counter() - began_s)


def show(what: str, values: list[float]) -> None:
    values = sorted(values)
    p95 = values[round(0.95 * (len(values) - 1))]
    print(
        f"{what:36} n={len(values)}  p50 {statistics.median(values):.1f}  p95 {p95:.1f}  max {values[-1]:.1f}"
    )


if __name__ == "__main__":
    main()
