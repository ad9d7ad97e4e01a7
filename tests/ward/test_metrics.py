"""/metrics of a ward, read by Prometheus' own parser: who gets it, and that its numbers are true."""

from __future__ import annotations

import base64
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from skill.connect.ward.wire import Stored
from skill.ward.metrics import DatabaseLook
from skill.ward.store import Role, StaffMember, WardStore
from tests.connect.servers import THREE
from tests.ward.sending import CRAMP, batch, row
from tests.ward.servers import PostgresServer
from tests.ward.test_app import HASH, PIN, Ward, send


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    made = Ward(tmp_path)
    made.store.put_person(StaffMember("prometheus", HASH, "measures"), made.now)
    return made


def basic(name: str, pin: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{pin}".encode()).decode()}


def numbers(client: FlaskClient, name: str = "prometheus") -> dict[str, float]:
    """Name with its labels → value, without the common beginning."""
    answer = client.get("/metrics", headers=basic(name, PIN))
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    return {
        s.name.removeprefix("krampevakt_ward_") + "".join(f",{k}={v}" for k, v in sorted(s.labels.items())): s.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for s in family.samples
    }  # fmt: skip


def test_nobody_gets_a_number_without_a_name_and_its_pin(ward: Ward) -> None:
    client = ward.client()
    for headers in ({}, basic("prometheus", "111111"), basic("nobody", PIN), {"Authorization": "Bearer x"}):
        answer = client.get("/metrics", headers=headers)
        assert (answer.status_code, answer.get_data()) == (401, b"")
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("role", ["reads", "acknowledges", "administers"])
def test_whoever_may_see_the_beds_may_see_their_numbers(ward: Ward, role: Role) -> None:
    assert ward.client(role).get("/metrics").status_code == 200
    assert numbers(ward.client(), role)["database_up"] == 1


def test_who_only_measures_sees_no_bed(ward: Ward) -> None:
    client = ward.client()
    assert numbers(client)
    assert client.get("/", headers=basic("prometheus", PIN)).status_code == 302
    send(client, "/login", "/login", name="prometheus", pin=PIN)
    assert (client.get("/").status_code, client.get("/bed/bed-1").status_code) == (403, 403)


def test_wrong_pins_are_slowed_down_and_keep_no_people_out(ward: Ward) -> None:
    client = ward.client()
    codes = [client.get("/metrics", headers=basic("prometheus", "111111")).status_code for _ in range(7)]
    assert (codes[0], codes[-1]) == (401, 429)
    assert ward.client("reads").get("/").status_code == 200


def test_beds_by_what_they_need(ward: Ward) -> None:
    ward.store.take("bed-2", batch(row(1, "service_started"), sent_at=ward.now), ward.now)
    found = numbers(ward.client())
    assert {k.removeprefix("beds,need="): v for k, v in found.items() if k.startswith("beds,") and v} == {
        "danger": 1, "quiet": 1,
    }  # fmt: skip


def test_a_danger_counts_until_somebody_acknowledges_it(ward: Ward) -> None:
    before = numbers(ward.client())
    assert (before["unacknowledged_dangers"], before["unacknowledged_danger_age_seconds"]) == (1, 40)
    ward.store.acknowledge("uuid-4", "bed-1", "Åse", ward.now)
    after = numbers(ward.client())
    assert (after["unacknowledged_dangers"], after["unacknowledged_danger_age_seconds"]) == (0, 0)


def test_since_when_each_bed_is_silent(ward: Ward) -> None:
    ward.now += timedelta(seconds=300)
    assert numbers(ward.client())["bed_report_age_seconds,bed=bed-1"] == 300


def test_how_long_rows_waited_at_the_bed_counted_once_each(ward: Ward) -> None:
    sent = batch(*CRAMP, sent_at=THREE + timedelta(seconds=12))  # written 0, 10 and 12 s after three
    for _ in range(2):
        ward.counts.stored("bed-1", sent, Stored(sent.name, "device", 3), 0.05)
    found = numbers(ward.client())
    assert (found["row_waited_seconds_count"], found["row_waited_seconds_sum"]) == (3, 14)
    assert (found["row_waited_seconds_bucket,le=1"], found["row_waited_seconds_bucket,le=5"]) == (1, 2)
    assert (found["store_seconds_count"], found["store_seconds_bucket,le=0.03"]) == (2, 0)


def test_what_was_not_taken(ward: Ward) -> None:
    ward.counts.foreign, ward.counts.not_stored, ward.trouble = 2, 3, "MQTT er borte"
    found = numbers(ward.client())
    assert (found["foreign_messages_total"], found["batches_not_stored_total"]) == (2, 3)
    assert found["messages_up"] == 0


def test_no_name_and_no_word_stands_in_it(ward: Ward) -> None:
    text = ward.client().get("/metrics", headers=basic("prometheus", PIN)).get_data(as_text=True)
    assert "Kari" not in text
    assert "calf" not in text


def test_a_frozen_database_is_told_at_once_and_asked_once(postgres: PostgresServer) -> None:
    threads = threading.active_count()
    postgres.empty()
    store = WardStore.open(postgres.url)
    store.put_person(StaffMember("prometheus", HASH, "measures"), THREE)
    look = DatabaseLook(store, lambda: THREE)
    assert look.look() is not None
    postgres.freeze()
    try:
        assert [look.look(0.1) for _ in range(3)] == [None, None, None]
        assert "prometheus" in look.people
        assert threading.active_count() == threads + 1
    finally:
        postgres.thaw()
    assert look.look(60.0) is not None
    store.close()
