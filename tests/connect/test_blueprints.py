"""The blueprints speak of entities and attributes that discovery really makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import skill
from skill.connect.alerts import Alert
from skill.connect.mqtt.documents import ALERT_TYPES, Topics, alert_document, discovery_documents
from skill.settings.values import ConnectSettings
from tests.connect.servers import THREE

BLUEPRINTS = Path(skill.__file__).parent / "connect" / "blueprints"


@pytest.mark.parametrize(
    ("name", "component"),
    [("light_at_a_cramp", "binary_sensor"), ("call_a_relative", "event"), ("say_aloud", "text")],
)
def test_each_asks_for_an_entity_of_a_kind_that_there_is(name: str, component: str) -> None:
    made = discovery_documents(Topics("bed"), ConnectSettings(mqtt_host="b.lan", mqtt_say=True), "nb")
    assert f"domain: {component}" in (BLUEPRINTS / f"{name}.yaml").read_text(encoding="utf-8")
    assert any(topic.startswith(f"homeassistant/{component}/") and text for topic, text in made.items())


def test_what_a_relative_is_called_for_stands_in_the_alert() -> None:
    text = (BLUEPRINTS / "call_a_relative.yaml").read_text(encoding="utf-8")
    alert = json.loads(alert_document(Alert("k", "danger", THREE, "T1", "113"), "title", "text"))
    assert {"danger", "no_answer"} <= set(ALERT_TYPES)
    for attribute in ("event_type", "title", "text"):
        assert f"attributes.{attribute}" in text
        assert attribute in alert
