"""What beds send is stored once, whatever is sent twice, late or in a wrong order; a stolen name stores nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from skill.connect.ward.wire import Stored
from skill.ward.store import StaffMember, WardError, WardStore
from tests.connect.servers import THREE
from tests.ward.sending import CRAMP, batch, row

LATER = THREE + timedelta(seconds=30)


def kinds(store: WardStore, bed: str = "bed-1") -> list[str]:
    found = store.bed(bed)
    return [] if found is None else [each.kind for each in found.rows]


def test_rows_are_there_once_though_they_are_sent_twice(store: WardStore) -> None:
    first = batch(*CRAMP)
    assert store.take("bed-1", first, LATER) == Stored(first.name, "device", 3)
    assert store.take("bed-1", first, LATER) == Stored(first.name, "device", 3)
    assert kinds(store) == [each.kind for each in CRAMP]


def test_a_batch_after_a_gap_is_kept_and_the_answer_asks_for_what_is_missing(store: WardStore) -> None:
    store.take("bed-1", batch(CRAMP[0]), LATER)
    assert store.take("bed-1", batch(CRAMP[2], after=2), LATER).upto == 1
    assert store.take("bed-1", batch(*CRAMP[1:], after=1), LATER).upto == 3
    assert len(kinds(store)) == 3


def test_another_device_under_the_name_of_a_bed_stores_nothing_until_somebody_accepts_it(
    store: WardStore,
) -> None:
    store.take("bed-1", batch(*CRAMP), LATER)
    stolen = batch(replace(row(9, "danger_sign", 0, "x", number="113"), device="thief"), device="thief")
    for _ in range(3):
        assert store.take("bed-1", stolen, LATER).refused == "other_device"
    bed = store.bed("bed-1")
    assert bed is not None
    assert (len(bed.rows), bed.other_device) == (3, "thief")
    assert [each.what for each in store.audited()] == ["other_device"]
    store.accept_device("bed-1", "Åse", LATER)
    assert store.take("bed-1", stolen, LATER).refused == ""
    assert store.take("bed-1", batch(*CRAMP), LATER).refused == "other_device"


def test_a_bed_can_neither_change_nor_erase_what_another_one_sent(store: WardStore) -> None:
    store.take("bed-1", batch(*CRAMP), LATER)
    thief = tuple(
        replace(each, device="thief", kind="hearing_again", episode=None, data={}) for each in CRAMP
    )
    store.take("bed-2", batch(*thief, device="thief", gone=tuple(each.uuid for each in CRAMP)), LATER)
    assert kinds(store) == [each.kind for each in CRAMP]


def test_what_is_erased_at_the_bed_is_erased_here_with_who_saw_it(store: WardStore) -> None:
    store.take("bed-1", batch(*CRAMP), LATER)
    store.acknowledge("uuid-2", "bed-1", "Åse", LATER)
    store.take("bed-1", batch(after=3, gone=("uuid-2", "uuid-3")), LATER)
    assert kinds(store) == ["service_started"]
    assert store.seen_by() == {}


def test_erased_here_it_does_not_come_back_and_the_audit_stays(store: WardStore) -> None:
    store.take("bed-1", batch(*CRAMP), LATER)
    store.name_bed("bed-1", "Rom 12, Kari", "Åse", LATER)
    store.erase("bed-1", "Åse", LATER)
    assert store.take("bed-1", batch(after=3), LATER).upto == 3
    bed = store.bed("bed-1")
    assert bed is not None
    assert (bed.rows, bed.label) == ((), "")
    assert [each.what for each in store.audited()] == ["erased", "named"]


def test_moments_are_told_by_the_ward_s_clock_where_the_bed_s_is_a_day_off(store: WardStore) -> None:
    day = timedelta(days=1)
    rows = tuple(replace(each, at=each.at - day) for each in CRAMP)
    store.take("bed-1", batch(*rows, sent_at=LATER - day), LATER)
    bed = store.bed("bed-1")
    assert bed is not None
    assert [each.at for each in bed.rows] == [each.at for each in CRAMP]
    assert bed.clock_off_s == 86_400


def test_the_first_who_acknowledges_stands_there_and_only_rows_of_the_bed_can_be(store: WardStore) -> None:
    store.take("bed-1", batch(*CRAMP), LATER)
    assert store.acknowledge("uuid-2", "bed-1", "Åse", LATER)
    assert store.acknowledge("uuid-2", "bed-1", "Per", LATER)
    assert not store.acknowledge("uuid-2", "bed-2", "Per", LATER)
    assert not store.acknowledge("guessed", "bed-1", "Per", LATER)
    assert store.seen_by() == {"uuid-2": ("Åse", LATER)}


def test_people_are_replaced_by_name(store: WardStore) -> None:
    store.put_person(StaffMember("Åse", "h1", "reads"), LATER)
    store.put_person(StaffMember("Åse", "h2", "administers"), LATER)
    assert store.person("Åse") == StaffMember("Åse", "h2", "administers")
    assert store.person("Per") is None


def test_it_is_opened_again_with_what_is_in_it(store: WardStore, url: str) -> None:
    store.take("bed-1", batch(*CRAMP), LATER)
    again = WardStore.open(url)
    assert len(kinds(again)) == 3
    again.close()


def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    WardStore.open(url).close()
    engine = create_engine(url)
    with engine.begin() as db:
        db.execute(text("UPDATE ward_meta SET value = '99'"))
    engine.dispose()
    with pytest.raises(WardError, match="99"):
        WardStore.open(url)


@pytest.mark.parametrize(
    "wrong", ["nonsense", "nosuch://x/y", "postgresql+psycopg://nobody@127.0.0.1:1/none"]
)
def test_an_address_that_is_none_is_a_sentence(wrong: str) -> None:
    with pytest.raises(WardError):
        WardStore.open(wrong)
