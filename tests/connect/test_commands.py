"""What may be asked of the bed through a real mosquitto: each behind its setting, and foreign messages do nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skill.connect.asking import Ask
from skill.connect.mqtt.bed import BedOnMqtt
from skill.connect.tail import JournalTail
from skill.messages.message import Message
from skill.settings.file import load
from tests.connect.broker import Home, Onlooker, broker, needs_mosquitto
from tests.connect.process import until
from tests.connect.servers import THREE

pytestmark = needs_mosquitto
COMES = "Sykepleieren kommer."


def outcomes(onlooker: Onlooker, home: Home) -> list[tuple[str, str]]:
    answers = [json.loads(text) for topic, text in onlooker.seen if topic == home.topics.answer]
    return [(answer["asked"], answer["event_type"]) for answer in answers]


def ready(home: Home, onlooker: Onlooker, port: int, **chosen: bool) -> None:
    home.choose(mqtt_port=port, **chosen)
    onlooker.look(port)
    home.start()
    until(lambda: onlooker.retained.get(home.topics.available) == "online")


def test_the_button_and_the_text_are_asked_of_the_service_and_its_answer_is_seen(
    home: Home, onlooker: Onlooker, tmp_path: Path
) -> None:
    with broker(tmp_path / "broker") as (port, _):
        ready(home, onlooker, port, mqtt_evening=True, mqtt_say=True)
        assert home.beside is not None
        onlooker.client.publish(home.topics.command("evening"), "PRESS", qos=1)
        until(lambda: outcomes(onlooker, home) == [("evening", "done")])
        home.beside.outcome = "busy"
        onlooker.client.publish(home.topics.command("say"), COMES, qos=1)
        until(lambda: outcomes(onlooker, home) == [("evening", "done"), ("say", "busy")])
        assert home.beside.asked == [Ask("evening"), Ask("say", COMES)]


def test_a_service_that_hangs_is_asked_once(home: Home, onlooker: Onlooker, tmp_path: Path) -> None:
    with broker(tmp_path / "broker") as (port, _):
        ready(home, onlooker, port, mqtt_say=True)
        assert home.beside is not None
        home.beside.outcome = None
        for _ in range(20):
            onlooker.client.publish(home.topics.command("say"), COMES, qos=1)
        until(lambda: outcomes(onlooker, home) == [("say", "busy")] * 19)
        until(lambda: home.beside is not None and home.beside.asked == [Ask("say", COMES)])


@pytest.mark.parametrize("allowed", ["mqtt_evening", "mqtt_say", "mqtt_listening"])
def test_each_is_offered_and_followed_only_with_its_own_setting(
    home: Home, onlooker: Onlooker, tmp_path: Path, allowed: str
) -> None:
    with broker(tmp_path / "broker") as (port, _):
        ready(home, onlooker, port, **{allowed: True})
        t, name = home.topics, allowed.removeprefix("mqtt_")
        offered = {
            "evening": t.discovery("button", "evening"), "say": t.discovery("text", "say"),
            "listening": t.discovery("switch", "listening"),
        }  # fmt: skip
        until(lambda: bool(onlooker.retained.get(offered[name])))
        assert [key for key, topic in offered.items() if onlooker.retained.get(topic)] == [name]
        said = {"evening": "PRESS", "say": COMES, "listening": "OFF"}
        for key in sorted(said, key=lambda key: key == name):  # the allowed one last
            onlooker.client.publish(t.command(key), said[key], qos=1)
        if name == "listening":
            until(lambda: not load(home.paths.settings_file).audio.wake_enabled)
        else:
            until(lambda: [asked for asked, _ in outcomes(onlooker, home)] == [name])
        assert home.beside is not None
        assert [ask.what for ask in home.beside.asked] == ([] if name == "listening" else [name])


def test_foreign_messages_are_named_and_asked_of_nobody(
    home: Home, onlooker: Onlooker, tmp_path: Path
) -> None:
    with broker(tmp_path / "broker") as (port, _):
        home.choose(mqtt_port=port, mqtt_evening=True, mqtt_say=True)
        onlooker.look(port)
        t = home.topics
        for name, kept in (("evening", "PRESS"), ("say", COMES)):
            onlooker.client.publish(t.command(name), kept, qos=1, retain=True)
        home.start()
        until(lambda: "foreign" in home.outbox.noted())
        for topic, payload in (
            (t.command("evening"), "press"), (t.command("evening"), ""), (t.command("say"), ""),
            (t.command("say"), "x" * 141), (t.command("say"), "ja " * 100_000), (t.command("say"), b"\xff\xfe"),
            (t.command("say"), '<audio src="x"/>'), (t.command("restart"), "PRESS"),
            (f"{t.base}/say/set/set", COMES), ("krampevakt/another/say/set", COMES),
        ):  # fmt: skip
            onlooker.client.publish(topic, payload, qos=1)
        onlooker.client.publish(t.command("evening"), "PRESS", qos=1)
        until(lambda: ("evening", "done") in outcomes(onlooker, home))
        assert home.beside is not None
        assert home.beside.asked == [Ask("evening")]
        assert home.trouble().key == "connect.foreign_message"
        assert {asked for asked, outcome in outcomes(onlooker, home) if outcome == "unsayable"} == {"say"}


def test_one_that_runs_by_itself_offers_neither_and_says_so(
    home: Home, onlooker: Onlooker, tmp_path: Path
) -> None:
    tail = JournalTail(home.paths.database_file)
    with broker(tmp_path / "broker") as (port, _):
        home.choose(mqtt_port=port, mqtt_say=True)
        onlooker.look(port)
        bed = BedOnMqtt(home.paths, tail, home.outbox, lambda: THREE)
        try:
            bed.look(tail.look(THREE), (), load(home.paths.settings_file))
            until(lambda: home.topics.discovery("event", "alert") in onlooker.retained)
            until(lambda: home.topics.discovery("text", "say") in onlooker.retained)
            assert onlooker.retained[home.topics.discovery("text", "say")] == ""
            assert home.outbox.noted()["asking"].sentence == Message("connect.nobody_to_ask")
        finally:
            bed.close()
            tail.close()
