"""The documents on the wire: what stands in them, under which topics, and what Home Assistant is told of them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from skill import __version__
from skill.connect.alerts import Alert
from skill.connect.asking import LETTERS, LONGEST_TEXT, OUTCOMES, Outcome, What
from skill.journal.episode import Event
from skill.journal.figures.standing_faults import FAULT_KINDS, standing_faults
from skill.languages import Language
from skill.messages.message import Message, in_language
from skill.settings.values import ConnectSettings

DOCUMENT_VERSION = 1
DISCOVERY = "homeassistant"
PRESS = "PRESS"
HearingNow = Literal["hears", "deaf", "off", "stopped", "unknown"]
_SWITCHED_OFF = "service.microphone_switched_off"


@dataclass(frozen=True, slots=True)
class BedState:
    """What is known of the bed, as its rows tell. `cramps_tonight`: None while it isn't known."""

    hearing: HearingNow = "unknown"
    since: datetime | None = None  # of `hearing`
    proved_at: datetime | None = None  # when the service last proved that it runs and hears
    cramp_since: datetime | None = None  # an episode goes on
    step: str = ""  # protocol/rung that is being done
    danger: Event | None = None  # of the episode that goes on, or of the last one
    faults: tuple[Event, ...] = ()
    cramps_tonight: int | None = None


def bed_after(state: BedState, row: Event) -> BedState:
    """Take one row, in the order written."""
    match row.kind:
        case "service_started" | "hearing_again":
            state = replace(state, hearing="hears", since=row.at)
        case "service_stopped":
            state = replace(state, hearing="stopped", since=row.at, cramp_since=None, step="")
        case "deaf_from":
            sentence = row.sentence
            off = isinstance(sentence, Message) and sentence.key == _SWITCHED_OFF
            state = replace(state, hearing="off" if off else "deaf", since=row.at)
        case "episode_started":
            state = replace(state, cramp_since=row.at, step="", danger=None)
        case "episode_ended":
            state = replace(state, cramp_since=None, step="")
        case "step_started":
            state = replace(state, step=f"{row.text('protocol')}/{row.text('rung')}")
        case "step_ended":
            state = replace(state, step="")
        case "danger_sign":
            state = replace(state, danger=row)
    if row.kind in FAULT_KINDS:
        state = replace(state, faults=standing_faults((*state.faults, row)))
    return state


@dataclass(frozen=True, slots=True)
class Topics:
    """`node` is made of the device's random name: it says nothing of a person."""

    node: str

    @property
    def base(self) -> str:
        return f"krampevakt/{self.node}"

    @property
    def state(self) -> str:
        return f"{self.base}/state"

    @property
    def available(self) -> str:
        return f"{self.base}/available"

    @property
    def alert(self) -> str:
        return f"{self.base}/alert"

    @property
    def answer(self) -> str:
        return f"{self.base}/answer"

    def command(self, name: str) -> str:
        return f"{self.base}/{name}/set"

    def discovery(self, component: str, name: str) -> str:
        return f"{DISCOVERY}/{component}/krampevakt_{self.node}/{name}/config"


def node_of(device: str) -> str:
    return device.replace("-", "")[:12]


def state_document(state: BedState, language: Language) -> str:
    """Retained, as JSON; keys are only ever added within one `version`."""
    danger = state.danger
    return json.dumps(
        {
            "version": DOCUMENT_VERSION,
            "hearing": state.hearing,
            "hearing_since": _text(state.since),
            "hearing_proved": _text(state.proved_at),
            "cramp": state.cramp_since is not None,
            "cramp_since": _text(state.cramp_since),
            "step": state.step,
            "danger": None
            if danger is None
            else {
                "sign": danger.text("sign"),
                "number": danger.text("number"),
                "advice": danger.text("advice"),
                "at": _text(danger.at),
            },
            "cramps_tonight": state.cramps_tonight,
            "faults": [in_language(fault.sentence, language) for fault in state.faults],
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def alert_document(alert: Alert, title: str, text: str) -> str:
    """Not retained: for automations, once."""
    fields = {"version": DOCUMENT_VERSION, "event_type": alert.kind, "id": alert.key, "at": _text(alert.at)}
    return json.dumps(
        fields | {"sign": alert.sign, "number": alert.number, "title": title, "text": text},
        ensure_ascii=False,
    )


def answer_document(what: What, outcome: Outcome, at: datetime) -> str:
    """Not retained: what became of something that was asked of the bed."""
    return json.dumps({"version": DOCUMENT_VERSION, "event_type": outcome, "asked": what, "at": _text(at)})


ALERT_TYPES = ("danger", "no_answer", "deaf", "silent", "hears_again")
_ENTITIES: Mapping[str, tuple[str, str, Mapping[str, object]]] = {
    "hearing": ("binary_sensor", "connect.ha_hearing", {
        "value_template": "{{ 'ON' if value_json.hearing == 'hears' else 'OFF' }}", "device_class": "connectivity",
    }),
    "hearing_since": ("sensor", "connect.ha_hearing_since", {
        "value_template": "{{ value_json.hearing_since }}", "device_class": "timestamp",
    }),
    "hearing_proved": ("sensor", "connect.ha_hearing_proved", {
        "value_template": "{{ value_json.hearing_proved }}", "device_class": "timestamp",
    }),
    "cramp": ("binary_sensor", "connect.ha_cramp", {"value_template": "{{ 'ON' if value_json.cramp else 'OFF' }}"}),
    "step": ("sensor", "connect.ha_step", {"value_template": "{{ value_json.step or '-' }}"}),
    "danger": ("sensor", "connect.ha_danger", {
        "value_template": "{{ value_json.danger.number if value_json.danger else '-' }}",
        "json_attributes_template": "{{ (value_json.danger or {}) | tojson }}",
    }),
    "cramps_tonight": ("sensor", "connect.ha_cramps_tonight", {"value_template": "{{ value_json.cramps_tonight }}"}),
    "fault": ("binary_sensor", "connect.ha_fault", {
        "value_template": "{{ 'ON' if value_json.faults else 'OFF' }}", "device_class": "problem",
        "json_attributes_template": "{{ {'faults': value_json.faults} | tojson }}",
    }),
}  # fmt: skip


def discovery_documents(topics: Topics, settings: ConnectSettings, language: Language) -> dict[str, str]:
    """Topic → retained document, "" for an entity that is not, or no longer, wanted."""
    device = {
        "identifiers": [f"krampevakt_{topics.node}"], "name": "Krampevakt", "manufacturer": "Krampevakt",
        "sw_version": __version__,
    }  # fmt: skip

    def document(name: str, key: str, more: Mapping[str, object]) -> str:
        fields: dict[str, object] = {
            "name": Message(key).in_language(language), "unique_id": f"krampevakt_{topics.node}_{name}",
            "object_id": f"krampevakt_{name}", "device": device, "availability_topic": topics.available,
        }  # fmt: skip
        return json.dumps(fields | dict(more), ensure_ascii=False)

    found = {}
    for name, (component, key, more) in _ENTITIES.items():
        fields = {"state_topic": topics.state, **more}
        if "json_attributes_template" in more:
            fields["json_attributes_topic"] = topics.state
        found[topics.discovery(component, name)] = document(name, key, fields)
    found[topics.discovery("event", "alert")] = document(
        "alert", "connect.ha_alert", {"state_topic": topics.alert, "event_types": list(ALERT_TYPES)}
    )
    allowed = allowed_commands(settings)
    for name, (component, key, more) in _command_entities(topics).items():
        fields = {"command_topic": topics.command(name), **more}
        made = document(name, key, fields) if name in allowed else ""
        found[topics.discovery(component, name)] = made
    answers = {"state_topic": topics.answer, "event_types": list(OUTCOMES)}
    asked = allowed & {"evening", "say"}
    found[topics.discovery("event", "answer")] = (
        document("answer", "connect.ha_answer", answers) if asked else ""
    )
    return found


def allowed_commands(settings: ConnectSettings) -> frozenset[str]:
    """Names of the commands that are followed."""
    chosen = {
        "listening": settings.mqtt_listening,
        "evening": settings.mqtt_evening,
        "say": settings.mqtt_say,
    }
    return frozenset(name for name, on in chosen.items() if on)


def _command_entities(topics: Topics) -> Mapping[str, tuple[str, str, Mapping[str, object]]]:
    return {
        "listening": ("switch", "connect.ha_switch", {
            "state_topic": topics.state, "value_template": "{{ 'OFF' if value_json.hearing == 'off' else 'ON' }}",
        }),
        "evening": ("button", "connect.ha_evening", {"payload_press": PRESS}),
        "say": ("text", "connect.ha_say", {"max": LONGEST_TEXT, "pattern": LETTERS}),
    }  # fmt: skip


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds")
