"""The whole service beside a real broker: the button in Home Assistant begins the evening's stretches."""

from __future__ import annotations

import json
from pathlib import Path

from skill.connect.mqtt.documents import Topics
from skill.paths import user_paths
from skill.settings.file import save
from skill.settings.rules import Value, with_values
from skill.settings.values import Settings
from tests.connect.broker import Onlooker, broker, needs_mosquitto
from tests.connect.process import until
from tests.needs import needs_model
from tests.service.bedside_process import RunningService, recording

pytestmark = [needs_mosquitto, needs_model]


def test_the_button_begins_the_stretches_once_and_a_text_waits_for_no_conversation_s_end(
    tmp_path: Path,
) -> None:
    onlooker, home = Onlooker(), tmp_path / "home"
    with broker(tmp_path / "broker") as (port, _):
        chosen: dict[str, Value] = {"connect.enabled": True, "connect.mqtt_host": "127.0.0.1"}
        chosen |= {"connect.mqtt_port": port, "connect.mqtt_evening": True, "connect.mqtt_say": True}
        paths = user_paths(home)
        paths.config.mkdir(parents=True)
        save(paths.settings_file, with_values(Settings(), chosen))
        onlooker.look(port)
        service = RunningService(home, recording(tmp_path / "silence.wav", []))
        try:
            until(lambda: any(topic.endswith("/available") for topic in onlooker.retained))
            topic = next(topic for topic in onlooker.retained if topic.endswith("/available"))
            topics = Topics(topic.split("/")[1])
            onlooker.client.publish(topics.command("evening"), "PRESS", qos=1)
            until(lambda: len(answers(onlooker, topics)) == 1)
            onlooker.client.publish(topics.command("say"), "Sykepleieren kommer.", qos=1)
            until(lambda: len(answers(onlooker, topics)) == 2)
            assert answers(onlooker, topics) == [("evening", "done"), ("say", "busy")]
        finally:
            onlooker.close()
            service.kill()


def answers(onlooker: Onlooker, topics: Topics) -> list[tuple[str, str]]:
    found = [json.loads(text) for topic, text in onlooker.seen if topic == topics.answer]
    return [(answer["asked"], answer["event_type"]) for answer in found]
