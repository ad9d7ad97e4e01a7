"""A real Home Assistant at the same broker: its registry, its states, and the three blueprints as automations.

Skipped where none is installed. `$HOME_ASSISTANT` names its `hass`, since its pinned packages need an environment of
their own. Once, on Python 3.11: `pip install homeassistant==2024.3.3 'paho-mqtt<2' hassil home-assistant-intents
sqlalchemy mutagen janus psutil-home-assistant 'josepy<2' Pillow securetar fnv-hash-fast ha-av PyTurboJPEG
home-assistant-frontend==20240307.0 numpy==1.26.0`; from then on no network is needed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

import skill
from skill.connect.asking import Ask
from skill.settings.file import load
from tests.connect.broker import DANGER, Home, Onlooker, broker, needs_mosquitto
from tests.connect.process import until
from tests.connect.servers import OSLO
from tests.journal.writing import start_episode

HASS = os.environ.get("HOME_ASSISTANT") or shutil.which("hass")
pytestmark = [needs_mosquitto, pytest.mark.skipif(not HASS, reason="Home Assistant is not installed")]
BLUEPRINTS = Path(skill.__file__).parent / "connect" / "blueprints"
LIMIT_S = 300.0
ENTITIES = {
    "binary_sensor.krampevakt_hearing", "sensor.krampevakt_hearing_since",
    "sensor.krampevakt_hearing_proved", "binary_sensor.krampevakt_cramp",
    "sensor.krampevakt_step", "sensor.krampevakt_danger", "sensor.krampevakt_cramps_tonight",
    "binary_sensor.krampevakt_fault", "event.krampevakt_alert", "switch.krampevakt_listening",
    "button.krampevakt_evening", "text.krampevakt_say", "event.krampevakt_answer",
}  # fmt: skip
CONFIGURATION = """
homeassistant:
  time_zone: Europe/Oslo
logger:
  default: warning
input_boolean:
  nurse:
light:
  - platform: template
    lights:
      bedroom:
        turn_on:
          - service: mqtt.publish
            data: {topic: test/light, payload: "on"}
        turn_off:
          - service: mqtt.publish
            data: {topic: test/light, payload: "off"}
automation:
  - use_blueprint:
      path: krampevakt/call_a_relative.yaml
      input:
        alert: event.krampevakt_alert
        actions:
          - service: mqtt.publish
            data: {topic: test/called, payload: "{{ title }}"}
  - use_blueprint:
      path: krampevakt/light_at_a_cramp.yaml
      input:
        cramp: binary_sensor.krampevakt_cramp
        light: {entity_id: light.bedroom}
  - use_blueprint:
      path: krampevakt/say_aloud.yaml
      input:
        began_by: input_boolean.nurse
        say: text.krampevakt_say
  - trigger: {platform: mqtt, topic: test/nurse}
    action:
      - service: input_boolean.turn_on
        target: {entity_id: input_boolean.nurse}
  - trigger: {platform: mqtt, topic: test/off}
    action:
      - service: switch.turn_off
        target: {entity_id: switch.krampevakt_listening}
  - trigger: {platform: mqtt, topic: test/press}
    action:
      - service: button.press
        target: {entity_id: button.krampevakt_evening}
  - trigger: {platform: mqtt, topic: test/ask}
    action:
      - service: mqtt.publish
        data:
          topic: test/states
          payload: >-
            {% set found = namespace(all={}) %}
            {% for each in states if 'krampevakt' in each.entity_id %}
            {% set found.all = dict(found.all, **{each.entity_id: each.state}) %}
            {% endfor %}{{ found.all | tojson }}
"""


@contextmanager
def home_assistant(folder: Path, port: int) -> Iterator[Path]:
    """Its folder, while it runs at the broker of this port."""
    (folder / ".storage").mkdir(parents=True)
    shutil.copytree(BLUEPRINTS, folder / "blueprints" / "automation" / "krampevakt")
    (folder / "configuration.yaml").write_text(CONFIGURATION, encoding="utf-8")
    entry = {
        "entry_id": "broker", "version": 1, "minor_version": 1, "domain": "mqtt", "title": "broker", "options": {},
        "data": {"broker": "127.0.0.1", "port": port, "discovery": True}, "source": "user", "unique_id": None,
        "disabled_by": None, "pref_disable_new_entities": False, "pref_disable_polling": False,
    }  # fmt: skip
    stored = {"version": 1, "minor_version": 1, "key": "core.config_entries", "data": {"entries": [entry]}}
    (folder / ".storage" / "core.config_entries").write_text(json.dumps(stored), encoding="utf-8")
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [str(HASS), "--config", str(folder), "--skip-pip"], stdout=output, stderr=output
        )
    try:
        yield folder
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def states(onlooker: Onlooker) -> dict[str, str]:
    """What Home Assistant last answered; asks it again for the next time."""
    onlooker.client.publish("test/ask", "now")
    return dict(json.loads(onlooker.retained.get("test/states") or "{}"))


def test_it_sees_every_entity_and_acts_by_the_blueprints(
    home: Home, onlooker: Onlooker, tmp_path: Path
) -> None:
    with (
        broker(tmp_path / "broker") as (port, _),
        home_assistant(tmp_path / "home_assistant", port) as folder,
    ):
        home.choose(mqtt_port=port, mqtt_listening=True, mqtt_evening=True, mqtt_say=True)
        onlooker.look(port)
        onlooker.client.subscribe("test/#", 1)
        home.start()
        assert home.beside is not None
        until(lambda: set(states(onlooker)) >= ENTITIES, LIMIT_S)
        until(lambda: states(onlooker)["binary_sensor.krampevakt_hearing"] == "on", LIMIT_S)
        assert "unavailable" not in states(onlooker).values()

        episode = start_episode(home.journal, datetime.now(OSLO))
        until(lambda: onlooker.retained.get("test/light") == "on", LIMIT_S)
        home.write("step_started", episode, protocol="calf", rung="toes")
        home.write("danger_sign", episode, **DANGER)
        until(lambda: onlooker.retained.get("test/called") == "Krampevakt: faretegn", LIMIT_S)
        until(lambda: states(onlooker)["sensor.krampevakt_danger"] == "113", LIMIT_S)
        seen = states(onlooker)
        assert (seen["sensor.krampevakt_step"], seen["sensor.krampevakt_cramps_tonight"]) == (
            "calf/toes",
            "1",
        )
        home.write("episode_ended", episode, reason="advised")
        until(lambda: onlooker.retained.get("test/light") == "off", LIMIT_S)

        onlooker.client.publish("test/nurse", "now")
        until(lambda: home.beside.asked == [Ask("say", "Sykepleieren kommer.")], LIMIT_S)
        onlooker.client.publish("test/press", "now")
        until(lambda: home.beside.asked[-1] == Ask("evening"), LIMIT_S)
        onlooker.client.publish("test/off", "now")
        until(lambda: not load(home.paths.settings_file).audio.wake_enabled, LIMIT_S)
        home.beside.service_dies()
        until(lambda: states(onlooker)["binary_sensor.krampevakt_hearing"] == "unavailable", LIMIT_S)
    registry = json.loads((folder / ".storage" / "core.entity_registry").read_text("utf-8"))
    of_us = [each["entity_id"] for each in registry["data"]["entities"] if each["platform"] == "mqtt"]
    assert set(of_us) == ENTITIES
    devices = json.loads((folder / ".storage" / "core.device_registry").read_text("utf-8"))["data"]["devices"]
    assert [each["name"] for each in devices if each["manufacturer"] == "Krampevakt"] == ["Krampevakt"]
