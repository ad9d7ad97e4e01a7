"""The process beside the service, started as a person or the service starts it, on a real journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skill.connect.outbox import Outbox, outbox_file
from skill.connect.process import AlertWatch, wanted_kinds
from skill.connect.standing import troubles
from skill.connect.tail import JournalTail
from skill.journal.storage.store import Journal
from skill.messages.message import Message
from skill.paths import UserPaths, user_paths
from skill.settings.file import save
from skill.settings.rules import Value, with_values
from skill.settings.values import ConnectSettings, Settings
from tests.connect.process import Beside, until
from tests.connect.servers import OSLO, THREE, http_server
from tests.journal.writing import start_episode

DANGER = {"sign": "T1", "advice": "113", "number": "113", "question": ""}
HOOK = ConnectSettings(enabled=True, way="webhook")
EARLIER = THREE - timedelta(hours=1)


@pytest.fixture
def paths(tmp_path: Path) -> UserPaths:
    found = user_paths(tmp_path)
    for folder in (found.config, found.data):
        folder.mkdir(parents=True)
    return found


@pytest.fixture
def journal(paths: UserPaths) -> Iterator[Journal]:
    with Journal.open(paths.database_file, zone=OSLO) as opened:
        yield opened


def watch_of(paths: UserPaths, began: datetime = EARLIER) -> tuple[AlertWatch, Outbox]:
    outbox = Outbox(outbox_file(paths))
    return AlertWatch(JournalTail(paths.database_file), outbox, began), outbox


def kinds(outbox: Outbox) -> list[str]:
    return sorted(message.alert.kind for message in outbox.latest())


def test_a_danger_in_the_journal_is_put_in_the_outbox_once_however_often_it_is_read(
    paths: UserPaths, journal: Journal
) -> None:
    watch, outbox = watch_of(paths)
    journal.append("danger_sign", DANGER, start_episode(journal, THREE), THREE)
    watch.look(THREE, HOOK)
    watch.look(THREE, HOOK)
    watch_of(paths)[0].look(THREE, HOOK)
    assert kinds(outbox) == ["danger"]


def test_a_full_disk_does_not_end_the_connection_to_the_broker(paths: UserPaths) -> None:
    """What its thread would remark can't be kept; the thread goes on."""
    pytest.importorskip("paho.mqtt.client")
    from skill.connect.mqtt.bed import BedOnMqtt

    outbox_file(paths).mkdir()
    tail, outbox = JournalTail(paths.database_file), Outbox(outbox_file(paths))
    hooks = vars(BedOnMqtt)["_hooks"](BedOnMqtt(paths, tail, outbox, lambda: THREE))
    hooks.trouble("the broker is gone")
    hooks.foreign("krampevakt/#/+/set")


def test_a_danger_is_not_lost_while_the_outbox_can_not_be_written(paths: UserPaths, journal: Journal) -> None:
    watch, outbox = watch_of(paths)
    outbox_file(paths).mkdir()
    journal.append("danger_sign", DANGER, start_episode(journal, THREE), THREE)
    with pytest.raises(sqlite3.Error):
        watch.look(THREE, HOOK)
    outbox_file(paths).rmdir()
    watch.look(THREE, HOOK)
    assert kinds(outbox) == ["danger"]
    assert [alert.kind for alert in watch.new] == ["danger"]
    watch.look(THREE, HOOK)
    assert watch.new == ()


def test_what_was_written_before_anybody_wanted_to_be_told_is_not_told(
    paths: UserPaths, journal: Journal
) -> None:
    journal.append("danger_sign", DANGER, start_episode(journal, EARLIER), EARLIER)
    watch, outbox = watch_of(paths, began=THREE)
    watch.look(THREE, HOOK)
    assert kinds(outbox) == []


def test_rows_of_another_device_are_not_told(paths: UserPaths, journal: Journal) -> None:
    journal.append("danger_sign", DANGER, start_episode(journal, THREE), THREE)
    journal.device = "another"
    journal.append("danger_sign", DANGER, start_episode(journal, THREE), THREE)
    watch, outbox = watch_of(paths)
    watch.look(THREE, HOOK)
    assert kinds(outbox) == ["danger"]


def test_a_journal_that_is_not_there_yet_is_waited_for(paths: UserPaths) -> None:
    watch, outbox = watch_of(paths)
    watch.look(THREE, HOOK)
    with Journal.open(paths.database_file, zone=OSLO) as journal:
        journal.append("danger_sign", DANGER, start_episode(journal, THREE), THREE)
    watch.look(THREE, HOOK)
    assert kinds(outbox) == ["danger"]


def test_a_journal_that_was_put_back_from_a_copy_tells_nothing_twice(
    paths: UserPaths, journal: Journal
) -> None:
    watch, outbox = watch_of(paths)
    journal.append("danger_sign", DANGER, start_episode(journal, THREE), THREE)
    watch.look(THREE, HOOK)
    copy = paths.data / "copy.db"
    journal.checkpoint()
    copy.write_bytes(paths.database_file.read_bytes())
    copy.replace(paths.database_file)
    watch.look(THREE, HOOK)
    assert kinds(outbox) == ["danger"]


def test_the_reader_never_holds_up_the_writer(paths: UserPaths, journal: Journal) -> None:
    tail = JournalTail(paths.database_file)
    tail.look(EARLIER)
    journal.append("danger_sign", DANGER, start_episode(journal, THREE), THREE)
    assert [row.kind for row in tail.look(EARLIER).rows] == ["episode_started", "danger_sign"]
    assert tail.cramps_tonight(THREE) == 1


def test_only_what_the_settings_name_is_told() -> None:
    assert wanted_kinds(ConnectSettings()) == frozenset()
    assert "danger" in wanted_kinds(HOOK)
    assert wanted_kinds(ConnectSettings(way="mail", tell_danger=False, tell_deaf=False)) == {
        "test",
        "no_answer",
    }


def choose(paths: UserPaths, **values: Value) -> None:
    chosen = {
        f"connect.{key}": value for key, value in ({"enabled": True, "way": "webhook"} | values).items()
    }
    save(paths.settings_file, with_values(Settings(), chosen))


def test_the_whole_way_over_an_outage_and_a_restart(paths: UserPaths, journal: Journal) -> None:
    outbox = Outbox(outbox_file(paths))
    with http_server() as gone:
        address = gone.address
    choose(paths, address=address)
    first = Beside(paths.data.parent)
    until(lambda: "running" in outbox.noted())
    now = datetime.now(UTC)
    assert troubles(paths, replace(HOOK, address=address), now) == ()
    journal.append("danger_sign", DANGER, start_episode(journal, now), now)
    until(lambda: any(message.trouble for message in outbox.latest()))
    assert first.service_dies() == 0
    port = int(address.rstrip("/").rpartition(":")[2])
    with http_server(port=port) as got:
        outbox.try_now()
        second = Beside(paths.data.parent)
        until(lambda: bool(got.bodies))
        assert second.service_dies() == 0
    assert [body["kind"] for body in got.bodies] == ["danger"]
    assert outbox.latest()[0].state == "sent"
    (sentence,) = troubles(paths, replace(HOOK, address=address), datetime.now(UTC))
    assert isinstance(sentence, Message)
    assert sentence.key == "connect.not_running"
