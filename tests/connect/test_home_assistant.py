"""Home Assistant through a real mosquitto: one device, its entities, its last will; strangers change nothing."""

from __future__ import annotations

import json
import signal
from datetime import datetime, timedelta
from pathlib import Path

from skill.connect.mqtt.bed import BedOnMqtt
from skill.connect.tail import JournalTail
from skill.settings.file import load
from tests.connect.broker import DANGER, Home, Onlooker, broker, needs_mosquitto
from tests.connect.process import until
from tests.connect.servers import EXPIRED, OSLO, free_port
from tests.journal.writing import start_episode

pytestmark = needs_mosquitto


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


def test_when_it_last_proved_that_it_hears_is_seen_and_stands_still_while_it_does_not(
    home: Home, onlooker: Onlooker, tmp_path: Path
) -> None:
    with broker(tmp_path / "broker") as (port, _):
        home.choose(mqtt_port=port)
        onlooker.look(port)
        home.start()
        proved = datetime.now(OSLO)
        home.journal.alive(proved)
        wanted = proved.isoformat(timespec="milliseconds")
        until(lambda: onlooker.state(home.topics).get("hearing_proved") == wanted)
        home.write("deaf_from", source="microphone")
        until(lambda: onlooker.state(home.topics)["hearing"] == "deaf")
        home.journal.alive(datetime.now(OSLO) + timedelta(minutes=5))
        start_episode(home.journal, datetime.now(OSLO))
        until(lambda: onlooker.state(home.topics)["cramp"] is True)
        assert onlooker.state(home.topics)["hearing_proved"] == wanted


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
        assert len(documents) == 9
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
