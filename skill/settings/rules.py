"""What each setting may be, and the aliases of languages. One rule a field; a test sees to that."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlsplit

from skill.languages import LANGUAGES, Language
from skill.messages.message import Message
from skill.settings.values import Settings

Value = str | int | float | bool | tuple[str, ...]

_LANGUAGES: Mapping[str, Language] = {"no": "nb", "nb": "nb", "nn": "nn", "en": "en"}
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_RECEIVER = re.compile(
    r"(https?|smtps?)://[^\s/@]+(/\S*)?"
)  # no user name within: that has a setting of its own
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value must be, beyond its type. `low` and `high` are for numbers, and lengths of texts."""

    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    form: str = ""  # time | optional_time | host | optional_host | language | hosts | receiver | one_line


RULES: Mapping[str, Rule] = {
    "language": Rule(choices=LANGUAGES, form="language"),
    "model_path": Rule(high=1000),
    "english_model_path": Rule(high=1000),
    "voice.speaker": Rule(choices=("woman", "man", "engine")),
    "voice.engine": Rule(choices=("pyttsx3", "piper")),
    "voice.name": Rule(low=1, high=1000),
    "voice.rate_wpm": Rule(80, 200),
    "voice.day_volume_db": Rule(-30, 12),
    "voice.night_volume_db": Rule(-30, 12),
    "voice.quiet_from": Rule(form="time"),
    "voice.quiet_to": Rule(form="time"),
    "voice.answer_pause_s": Rule(3, 30),
    "voice.in_the_hold": Rule(choices=("words", "breathing", "here")),
    "audio.microphone": Rule(high=200),
    "audio.loudspeaker": Rule(high=200),
    "profile.medicines": Rule(high=4000),
    "privacy.keep_days": Rule(0, 36500),
    "web.host": Rule(form="host"),
    "web.port": Rule(1024, 65535),
    "web.allowed_hosts": Rule(form="hosts"),
    "web.pin_hash": Rule(high=1000),
    "web.reader_hash": Rule(high=1000),
    "routine.evening_reminder": Rule(form="optional_time"),
    "connect.way": Rule(choices=("none", "webhook", "ntfy", "mail")),
    "connect.person": Rule(high=60),
    "connect.address": Rule(high=500, form="receiver"),
    "connect.mail_to": Rule(high=500, form="one_line"),
    "connect.user": Rule(high=200, form="one_line"),
    "connect.password": Rule(high=500, form="one_line"),
    "connect.certificate": Rule(high=1000, form="one_line"),
    "connect.mqtt_host": Rule(high=253, form="optional_host"),
    "connect.mqtt_port": Rule(1, 65535),
    "connect.mqtt_user": Rule(high=200, form="one_line"),
    "connect.mqtt_password": Rule(high=500, form="one_line"),
}
"""Yes-or-no settings need none."""


REMOVED = frozenset({"profile.helper_name", "profile.contact_name", "privacy.keep_audio"})
"""Of version 0.1, where they changed nothing. A file that still has them is read without complaint."""


class WrongValueError(ValueError):
    """A value that a setting can't have. The message says what it may be, to follow «må være»."""


def language_of(text: str) -> Language | None:
    """The internal code for what people and systems write: no, nb-NO, nn_NO, en-GB.UTF-8. None if unknown."""
    return _LANGUAGES.get(re.split(r"[-_.@]", text.strip().lower())[0])


def flat(settings: Settings) -> dict[str, Value]:
    """Every setting by its key, "voice.rate_wpm" for one in a table; in the order of the file."""
    top: dict[str, Value] = {}
    tables: dict[str, Value] = {}
    for each in fields(settings):
        value = getattr(settings, each.name)
        if dataclasses.is_dataclass(value):
            for inner in fields(value):
                tables[f"{each.name}.{inner.name}"] = getattr(value, inner.name)
        else:
            top[each.name] = value
    return top | tables


DEFAULTS: Mapping[str, Value] = flat(Settings())


def with_values(settings: Settings, changes: Mapping[str, Value]) -> Settings:
    """`settings` with the settings of these keys changed. KeyError for an unknown key."""
    top: dict[str, Any] = {}
    for key, value in changes.items():
        if key not in DEFAULTS:
            raise KeyError(key)
        table, _, name = key.rpartition(".")
        if table:
            top[table] = replace(top.get(table, getattr(settings, table)), **{name: value})
        else:
            top[name] = value
    return replace(settings, **top)


def checked(key: str, value: object) -> Value:
    """`value` as setting `key` holds it. Raises WrongValueError, KeyError for an unknown key."""
    default, rule = DEFAULTS[key], RULES.get(key, Rule())
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise WrongValueError(Message("settings.yes_or_no"))
        return value
    if isinstance(default, int):
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise WrongValueError(_span("settings.whole_number", rule))
        return int(_within(value, rule, "settings.whole_number"))
    if isinstance(default, float):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise WrongValueError(_span("settings.number", rule))
        return float(_within(value, rule, "settings.number"))
    if isinstance(default, tuple):
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) and _is_host(v) for v in value):
            raise WrongValueError(Message("settings.names"))
        return tuple(str(v) for v in value)
    if not isinstance(value, str):
        raise WrongValueError(Message("settings.text"))
    return _text(value, rule)


def _within(value: float, rule: Rule, key: str) -> float:
    if (rule.low is not None and not value >= rule.low) or (rule.high is not None and not value <= rule.high):
        raise WrongValueError(_span(key, rule))
    return value


def _span(key: str, rule: Rule) -> Message:
    return Message(key, low=_number(rule.low), high=_number(rule.high))


def _number(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}".replace("-", "−").replace(".", ",")


def _text(value: str, rule: Rule) -> str:
    if rule.form == "language":
        language = language_of(value)
        if language is None:
            raise WrongValueError(Message("settings.language"))
        return language
    if rule.choices and value not in rule.choices:
        *most, last = rule.choices
        raise WrongValueError(Message("settings.choice", first=", ".join(most), last=last))
    _check_form(value, rule.form)
    if rule.low is not None and len(value) < rule.low:
        raise WrongValueError(Message("settings.not_empty"))
    if rule.high is not None and len(value) > rule.high:
        raise WrongValueError(Message("settings.not_so_long", most=rule.high))
    if "\0" in value:
        raise WrongValueError(Message("settings.without_controls"))
    return value


def _check_form(value: str, form: str) -> None:
    """What a text must look like. Raises WrongValueError."""
    if value == "" and form in ("optional_time", "optional_host", "receiver"):
        return
    if form in ("time", "optional_time") and not _TIME.fullmatch(value):
        raise WrongValueError(Message("settings.time"))
    if form in ("host", "optional_host") and not _is_host(value):
        raise WrongValueError(Message("settings.address"))
    if form == "receiver" and not _is_receiver(value):
        raise WrongValueError(Message("settings.receiver"))
    if form == "one_line" and not value.isprintable():
        raise WrongValueError(Message("settings.without_controls"))


def _is_receiver(text: str) -> bool:
    """With a port that is one: 8O80, 99999 or a bracket left open would be found out when help is to be told of."""
    try:
        return bool(_RECEIVER.fullmatch(text)) and urlsplit(text).port != 0
    except ValueError:
        return False


def _is_host(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(_HOST.fullmatch(text))
    return True


def is_loopback(host: str) -> bool:
    """Nobody but this machine can reach a server bound to `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
