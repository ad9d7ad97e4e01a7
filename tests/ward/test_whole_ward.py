"""A bed's process, mosquitto, the ward and its database: killed, frozen and started again, nothing lost or twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from skill.connect.ward.wire import FIELDS, batch_text, rows_topic
from skill.journal.keeping.forget import erase_episodes
from skill.ward.board import board_line
from skill.ward.consumer import BrokerLogin, WardConsumer
from skill.ward.metrics import WardCounts
from skill.ward.store import WardStore
from tests.connect.broker import Home, Onlooker, broker, needs_mosquitto
from tests.connect.process import until
from tests.connect.servers import OSLO, free_port
from tests.journal.writing import start_episode
from tests.ward.sending import CRAMP, batch
from tests.ward.servers import PostgresServer

pytestmark = needs_mosquitto
BED = "bed-1"


class Ward:
    """A store with its consumer."""

    def __init__(self, url: str, port: int) -> None:
        self.store = WardStore.open(url)
        login, self.counts = BrokerLogin("127.0.0.1", port), WardCounts()
        self.consumer = WardConsumer(login, self.store, lambda: datetime.now(OSLO), self.counts)
        self.consumer.start()

    def uuids(self) -> list[str]:
        found = self.store.bed(BED)
        return [] if found is None else [row.uuid for row in found.rows]

    def close(self) -> None:
        self.consumer.close()
        self.store.close()


def wanted(home: Home) -> list[str]:
    return [event.uuid for event in home.journal.all_events() if event.kind in FIELDS]


def a_cramp(home: Home) -> str:
    uuid = start_episode(home.journal, datetime.now(OSLO), place="calf")
    home.write("heard", uuid, intent="cramp", phrase="krampe i leggen")
    home.write("step_started", uuid, protocol="calf", rung="toes")
    home.write("danger_sign", uuid, sign="T1", number="113", advice="113", question="")
    home.write("episode_ended", uuid, reason="advised")
    return uuid


@pytest.fixture
def begun(home: Home) -> Iterator[Home]:
    yield home
    if home.beside is not None:
        home.beside.service_dies()


def begin(home: Home, port: int) -> None:
    home.choose(mqtt_port=port, mqtt_ward=True, mqtt_user=BED)
    home.start()


def test_what_happens_at_the_bed_is_on_the_ward_s_page_and_what_is_erased_there_is_gone(
    begun: Home, url: str, tmp_path: Path
) -> None:
    with broker(tmp_path / "broker") as (port, _):
        ward = Ward(url, port)
        begin(begun, port)
        uuid = a_cramp(begun)
        until(lambda: ward.uuids() == wanted(begun))
        bed = ward.store.bed(BED)
        assert bed is not None
        line = board_line(bed, {}, datetime.now(OSLO))
        assert (line.need, line.number) == ("danger", "113")
        assert "krampe" not in str([row.data for row in bed.rows])
        erase_episodes(begun.journal, [uuid])
        until(lambda: ward.uuids() == wanted(begun))
        ward.close()


def test_a_broker_that_is_killed_and_frozen_loses_nothing_and_makes_nothing_twice(
    begun: Home, url: str, tmp_path: Path
) -> None:
    port = free_port()
    ward = Ward(url, port)
    begin(begun, port)
    a_cramp(begun)
    for _ in range(2):
        with broker(tmp_path / "broker", port=port):
            a_cramp(begun)
            until(lambda: len(ward.uuids()) > 0)
        a_cramp(begun)
    with broker(tmp_path / "broker", port=port) as (_, process):
        until(lambda: ward.uuids() == wanted(begun))
        process.send_signal(signal.SIGSTOP)
        a_cramp(begun)
        process.send_signal(signal.SIGCONT)
        until(lambda: ward.uuids() == wanted(begun))
    ward.close()


def test_a_database_that_is_killed_and_frozen_loses_nothing_and_makes_nothing_twice(
    begun: Home, postgres: PostgresServer, tmp_path: Path
) -> None:
    postgres.empty()
    with broker(tmp_path / "broker") as (port, _):
        ward = Ward(postgres.url, port)
        begin(begun, port)
        a_cramp(begun)
        until(lambda: ward.uuids() == wanted(begun))
        postgres.kill()
        a_cramp(begun)
        until(lambda: bool(ward.consumer.trouble))
        postgres.start()
        until(lambda: ward.uuids() == wanted(begun))
        assert ward.consumer.trouble == ""
        postgres.freeze()
        a_cramp(begun)
        postgres.thaw()
        until(lambda: ward.uuids() == wanted(begun))
        ward.close()


def test_a_ward_that_is_away_gets_everything_when_it_is_back(begun: Home, url: str, tmp_path: Path) -> None:
    with broker(tmp_path / "broker") as (port, _):
        begin(begun, port)
        a_cramp(begun)
        for _ in range(2):
            ward = Ward(url, port)
            until(lambda ward=ward: ward.uuids() == wanted(begun))  # type: ignore[misc]
            ward.close()
            a_cramp(begun)


def test_a_bed_that_is_started_anew_sends_what_was_left(begun: Home, url: str, tmp_path: Path) -> None:
    with broker(tmp_path / "broker") as (port, _):
        ward = Ward(url, port)
        begin(begun, port)
        until(lambda: ward.uuids() == wanted(begun))
        assert begun.beside is not None
        begun.beside.process.kill()
        begun.beside.process.wait(20)
        a_cramp(begun)
        begun.start()
        until(lambda: ward.uuids() == wanted(begun))
        ward.close()


def test_messages_of_strangers_are_counted_and_store_nothing(
    onlooker: Onlooker,
    url: str,
    tmp_path: Path,
) -> None:
    with broker(tmp_path / "broker") as (port, _):
        ward = Ward(url, port)
        onlooker.look(port)
        onlooker.client.subscribe("krampevakt-ward/#", 1)
        well = batch_text(batch(*CRAMP))

        def both_are_counted() -> bool:  # said again, for the ward may not have subscribed yet
            onlooker.client.publish(rows_topic("Bed 1"), well, qos=1)
            onlooker.client.publish(rows_topic("bed-9"), b"\xff", qos=1)
            return ward.counts.foreign >= 2

        until(both_are_counted)
        onlooker.client.publish(rows_topic("bed-2"), well, qos=1)
        until(lambda: bool(ward.store.beds()))
        assert [bed.bed for bed in ward.store.beds()] == ["bed-2"]
        ward.close()


def test_a_second_device_under_the_bed_s_name_is_told_on_its_own_page(
    begun: Home, url: str, tmp_path: Path
) -> None:
    with broker(tmp_path / "broker") as (port, _):
        ward = Ward(url, port)
        ward.store.take(BED, batch(*CRAMP), datetime.now(OSLO))
        begin(begun, port)
        until(lambda: "ward" in begun.outbox.noted())
        assert begun.trouble().key == "connect.ward_refuses"
        assert len(ward.uuids()) == 3
        ward.store.accept_device(BED, "Åse", datetime.now(OSLO))
        until(lambda: set(wanted(begun)) <= set(ward.uuids()))
        until(lambda: "ward" not in begun.outbox.noted())
        ward.close()
