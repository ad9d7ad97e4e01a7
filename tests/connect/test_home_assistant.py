"""Home Assistant through a real mosquitto: one device, its entities, its last will; strangers change nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from skill.connect.mqtt.bed import BedOnMqtt
from skill.connect.mqtt.documents import Topics, node_of
from skill.connect.outbox import Outbox, outbox_file
from skill.connect.standing import troubles
from skill.connect.tail import JournalTail
from skill.journal.storage.store import Journal
from skill.messages.message import Message
from skill.paths import UserPaths, user_paths
from skill.settings.file import load, save
from skill.settings.rules import Value, with_values
from tests.connect.process import Beside, until
from tests.connect.servers import EXPIRED, OSLO, free_port
from tests.journal.writing import start_episode

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
DANGER = {"sign": "T1", "advice": "113", "number": "113", "question": ""}


@contextmanager
def broker(folder: Path, *more: str, port: int = 0) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    folder.mkdir(exist_ok=True)
    port = port or free_port()
    user = ("user root",) if os.geteuid() == 0 else ()  # it would become one that can't read these files
    listens = (*user, f"listener {port} 127.0.0.1", *(more or ("allow_anonymous true",)))
    (folder / "mosquitto.conf").write_text("\n".join(listens) + "\n")
    process = subprocess.Popen(
        [str(MOSQUITTO), "-c", str(folder / "mosquitto.conf")], stderr=subprocess.DEVNULL
    )
    try:
        yield port, process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait(10)


@dataclass
class Onlooker:
    """A client that keeps what it sees, as Home Assistant does."""

    retained: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)
    client: Client = field(default_factory=lambda: Client(CallbackAPIVersion.VERSION2))

    def look(self, port: int) -> Onlooker:
        self.client.on_message = lambda _client, _data, message: self._take(
            message.topic, message.payload.decode(errors="replace")
        )
        self.client.on_connect = lambda client, *_: client.subscribe(
            [("krampevakt/#", 1), ("homeassistant/#", 1)]
        )
        for _ in range(100):
            try:
                self.client.connect("127.0.0.1", port)
                break
            except OSError:
                time.sleep(0.05)
        self.client.loop_start()
        return self

    def _take(self, topic: str, payload: str) -> None:
        self.retained[topic] = payload
        self.seen.append((topic, payload))

    def state(self, topics: Topics) -> dict[str, object]:
        return dict(json.loads(self.retained.get(topics.state) or "{}"))

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@dataclass
class Home:
    """A home with a journal, and the process beside it."""

    paths: UserPaths
    journal: Journal
    beside: Beside | None = None

    @property
    def topics(self) -> Topics:
        return Topics(node_of(self.journal.device))

    @property
    def outbox(self) -> Outbox:
        return Outbox(outbox_file(self.paths))

    def choose(self, **values: Value) -> None:
        chosen = {
            f"connect.{key}": value
            for key, value in ({"enabled": True, "mqtt_host": "127.0.0.1"} | values).items()
        }
        save(self.paths.settings_file, with_values(load(self.paths.settings_file), chosen))

    def start(self) -> None:
        self.beside = Beside(self.paths.data.parent)

    def write(self, kind: str, episode: str | None = None, **data: str) -> None:
        self.journal.append(kind, data, episode, datetime.now(OSLO))

    def trouble(self) -> Message:
        """The first sentence on the page that is about the broker."""
        found = troubles(self.paths, load(self.paths.settings_file).connect, datetime.now(UTC))
        return next(s for s in found if isinstance(s, Message) and s.key != "connect.not_running")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    paths = user_paths(tmp_path / "home")
    for folder in (paths.config, paths.data):
        folder.mkdir(parents=True)
    with Journal.open(paths.database_file, zone=OSLO) as journal:
        made = Home(paths, journal)
        made.write("service_started", app="1", content="c", model="m")
        yield made
        if made.beside is not None and made.beside.process.poll() is None:
            made.beside.process.kill()
            made.beside.process.wait(10)


@pytest.fixture
def onlooker() -> Iterator[Onlooker]:
    made = Onlooker()
    yield made
    made.close()


def test_a_cramp_its_step_and_its_danger_are_seen_as_they_happen(
    home: Home, onlooker: Onlooker, tmp_path: Path
) -> None:
    with broker(tmp_path / "broker") as (port, _):
        home.choose(mqtt_port=port)
        onlooker.look(port)
        home.start()
        topics = home.topics
        until(lambda: onlooker.state(topics).get("hearing") == "hears")
        assert onlooker.state(topics)["cramp"] is False
        episode = start_episode(home.journal, datetime.now(OSLO))
        home.write("step_started", episode, protocol="calf", rung="toes")
        until(lambda: onlooker.state(topics)["step"] == "calf/toes")
        assert onlooker.state(topics)["cramp"] is True
        home.write("danger_sign", episode, **DANGER)
        until(lambda: any(topic == topics.alert for topic, _ in onlooker.seen))
        alert = json.loads(next(text for topic, text in onlooker.seen if topic == topics.alert))
        assert (alert["event_type"], alert["number"]) == ("danger", "113")
        home.write("episode_ended", episode, reason="advised")
        until(lambda: onlooker.state(topics)["cramp"] is False)
        assert onlooker.state(topics)["cramps_tonight"] == 1
        assert onlooker.state(topics)["version"] == 1


def test_at_noon_a_new_night_begins_with_no_cramps(home: Home, onlooker: Onlooker, tmp_path: Path) -> None:
    at = datetime(2026, 11, 23, 3, 12, tzinfo=OSLO)
    start_episode(home.journal, at)
    tail = JournalTail(home.paths.database_file)
    with broker(tmp_path / "broker") as (port, _):
        home.choose(mqtt_port=port)
        onlooker.look(port)
        bed = BedOnMqtt(home.paths, tail, home.outbox, lambda: at)
        try:
            bed.look(tail.look(at), (), load(home.paths.settings_file))
            until(lambda: onlooker.state(home.topics).get("cramps_tonight") == 1)
            at = datetime(2026, 11, 23, 12, 0, tzinfo=OSLO)
            bed.look(tail.look(at), (), load(home.paths.settings_file))
            until(lambda: onlooker.state(home.topics)["cramps_tonight"] == 0)
        finally:
            bed.close()
            tail.close()


def test_home_assistant_is_told_of_one_device_and_of_the_switch_only_where_it_is_allowed(
    home: Home, onlooker: Onlooker, tmp_path: Path
) -> None:
    with broker(tmp_path / "broker") as (port, _):
        home.choose(mqtt_port=port)
        onlooker.look(port)
        home.start()
        switch = home.topics.discovery("switch", "listening")
        until(lambda: home.topics.state in onlooker.retained)
        documents = [
            json.loads(v) for k, v in onlooker.retained.items() if k.startswith("homeassistant/") and v
        ]
        assert len(documents) == 8
        assert len({json.dumps(d["device"]) for d in documents}) == 1
        assert {d["availability_topic"] for d in documents} == {home.topics.available}
        assert not onlooker.retained.get(switch)
        home.choose(mqtt_port=port, mqtt_listening=True)
        until(lambda: bool(onlooker.retained.get(switch)))


def test_when_the_process_dies_the_broker_says_so(home: Home, onlooker: Onlooker, tmp_path: Path) -> None:
    with broker(tmp_path / "broker") as (port, _):
        home.choose(mqtt_port=port)
        onlooker.look(port)
        home.start()
        until(lambda: onlooker.retained.get(home.topics.available) == "online")
        assert home.beside is not None
        home.beside.process.kill()
        until(lambda: onlooker.retained.get(home.topics.available) == "offline")


def test_the_switch_turns_listening_off_and_on_and_nothing_else_does(
    home: Home, onlooker: Onlooker, tmp_path: Path
) -> None:
    def listens() -> bool:
        return load(home.paths.settings_file).audio.wake_enabled

    with broker(tmp_path / "broker") as (port, _):
        home.choose(mqtt_port=port, mqtt_listening=True)
        onlooker.look(port)
        command = f"{home.topics.base}/listening/set"
        onlooker.client.publish(command, "OFF", qos=1, retain=True)
        home.start()
        until(lambda: "foreign" in home.outbox.noted())
        assert listens()
        for topic, payload in (
            (command, "off"), (command, "OFF" * 100_000), (command, b"\xff\x00"),
            (f"{home.topics.base}/say/set", "OFF"), (f"{home.topics.base}/state", '{"hearing": "off"}'),
        ):  # fmt: skip
            onlooker.client.publish(topic, payload, qos=1)
        onlooker.client.publish(command, "OFF", qos=1)
        until(lambda: not listens())
        onlooker.client.publish(command, "ON", qos=1)
        until(listens)
        assert home.trouble().key == "connect.foreign_message"


def test_a_command_is_not_followed_where_its_setting_is_off(
    home: Home, onlooker: Onlooker, tmp_path: Path
) -> None:
    with broker(tmp_path / "broker") as (port, _):
        home.choose(mqtt_port=port)
        onlooker.look(port)
        home.start()
        until(lambda: onlooker.retained.get(home.topics.available) == "online")
        onlooker.client.publish(f"{home.topics.base}/listening/set", "OFF", qos=1)
        home.write("deaf_from", source="microphone")
        until(lambda: onlooker.state(home.topics).get("hearing") == "deaf")
        assert load(home.paths.settings_file).audio.wake_enabled


def test_a_broker_that_refuses_is_named_and_the_rest_goes_on(home: Home, tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("")
    with broker(tmp_path / "broker", "allow_anonymous false", f"password_file {tmp_path / 'passwords'}") as (
        port,
        _,
    ):
        home.choose(
            mqtt_port=port,
            mqtt_user="kari",
            mqtt_password="feil",
            way="webhook",
            address="http://127.0.0.1:9/",
        )
        home.start()
        until(lambda: "mqtt" in home.outbox.noted())
        assert home.trouble().key == "connect.broker_refuses"
        home.write("danger_sign", start_episode(home.journal, datetime.now(OSLO)), **DANGER)
        until(lambda: any(m.alert.kind == "danger" for m in home.outbox.latest()))


def test_an_expired_certificate_of_the_broker_is_named(home: Home, tmp_path: Path) -> None:
    secure = ("allow_anonymous true", f"certfile {EXPIRED}", f"keyfile {EXPIRED}")
    with broker(tmp_path / "broker", *secure) as (port, _):
        home.choose(mqtt_port=port, mqtt_tls=True, certificate=str(EXPIRED))
        home.start()
        until(lambda: "mqtt" in home.outbox.noted())
        assert home.trouble().key == "connect.certificate_expired"


def test_a_broker_that_comes_back_empty_has_everything_again(
    home: Home, onlooker: Onlooker, tmp_path: Path
) -> None:
    port = free_port()
    home.choose(mqtt_port=port)
    home.start()
    until(lambda: "mqtt" in home.outbox.noted())
    with broker(tmp_path / "broker", port=port):
        onlooker.look(port)
        until(lambda: onlooker.state(home.topics).get("hearing") == "hears")
        until(lambda: "mqtt" not in home.outbox.noted())


def test_a_frozen_broker_holds_up_neither_the_journal_nor_the_messages(home: Home, tmp_path: Path) -> None:
    with broker(tmp_path / "broker") as (port, process):
        home.choose(mqtt_port=port, way="webhook", address="http://127.0.0.1:9/")
        home.start()
        until(lambda: "running" in home.outbox.noted())
        process.send_signal(signal.SIGSTOP)
        home.write("danger_sign", start_episode(home.journal, datetime.now(OSLO)), **DANGER)
        until(lambda: any(m.alert.kind == "danger" for m in home.outbox.latest()))
