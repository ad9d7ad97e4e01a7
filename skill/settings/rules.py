"""What each setting may be, and the aliases of languages. One rule a field; a test sees to that."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from skill.languages import LANGUAGES, Language
from skill.settings.values import Settings

Value = str | int | float | bool | tuple[str, ...]

_LANGUAGES: Mapping[str, Language] = {"no": "nb", "nb": "nb", "nn": "nn", "en": "en"}
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value must be, beyond its type. `low` and `high` are for numbers, and lengths of texts."""

    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    form: str = ""  # time | optional_time | host | language | hosts


RULES: Mapping[str, Rule] = {
    "language": Rule(choices=LANGUAGES, form="language"),
    "model_path": Rule(high=1000),
    "english_model_path": Rule(high=1000),
    "voice.engine": Rule(choices=("pyttsx3", "piper")),
    "voice.name": Rule(low=1, high=1000),
    "voice.rate_wpm": Rule(80, 200),
    "voice.day_volume_db": Rule(-30, 12),
    "voice.night_volume_db": Rule(-30, 12),
    "voice.quiet_from": Rule(form="time"),
    "voice.quiet_to": Rule(form="time"),
    "voice.answer_pause_s": Rule(3, 30),
    "audio.microphone": Rule(high=200),
    "audio.loudspeaker": Rule(high=200),
    "profile.medicines": Rule(high=4000),
    "privacy.keep_days": Rule(0, 36500),
    "web.host": Rule(form="host"),
    "web.port": Rule(1024, 65535),
    "web.allowed_hosts": Rule(form="hosts"),
    "web.pin_hash": Rule(high=1000),
    "routine.evening_reminder": Rule(form="optional_time"),
}
"""Yes-or-no settings need none."""


REMOVED = frozenset({"profile.helper_name", "profile.contact_name", "privacy.keep_audio"})
"""Of version 0.1, where they changed nothing. A file that still has them is read without complaint."""


class WrongValueError(ValueError):
    """A value that a setting can't have. The message (nb) says what it may be, to follow «må være»."""


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
            raise WrongValueError("true eller false, uten anførselstegn")
        return value
    if isinstance(default, int):
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise WrongValueError(f"et helt tall fra {_number(rule.low)} til {_number(rule.high)}")
        return int(_within(value, rule, "et helt tall"))
    if isinstance(default, float):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise WrongValueError(f"et tall fra {_number(rule.low)} til {_number(rule.high)}")
        return float(_within(value, rule, "et tall"))
    if isinstance(default, tuple):
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) and _is_host(v) for v in value):
            raise WrongValueError('en liste med navn, for eksempel ["krampevakt.local"]')
        return tuple(str(v) for v in value)
    if not isinstance(value, str):
        raise WrongValueError("en tekst i anførselstegn")
    return _text(value, rule)


def _within(value: float, rule: Rule, what: str) -> float:
    if (rule.low is not None and not value >= rule.low) or (rule.high is not None and not value <= rule.high):
        raise WrongValueError(f"{what} fra {_number(rule.low)} til {_number(rule.high)}")
    return value


def _number(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}".replace("-", "−").replace(".", ",")


def _text(value: str, rule: Rule) -> str:
    if rule.form == "language":
        language = language_of(value)
        if language is None:
            raise WrongValueError("nb, nn eller en")
        return language
    if rule.choices and value not in rule.choices:
        raise WrongValueError(" eller ".join(rule.choices))
    if rule.form in ("time", "optional_time") and not (value == "" and rule.form == "optional_time"):
        if not _TIME.fullmatch(value):
            raise WrongValueError('et klokkeslett som "22:00"')
        return value
    if rule.form == "host" and not _is_host(value):
        raise WrongValueError('en adresse som "127.0.0.1"')
    if rule.low is not None and len(value) < rule.low:
        raise WrongValueError("noe annet enn tomt")
    if rule.high is not None and len(value) > rule.high:
        raise WrongValueError(f"høyst {rule.high:g} tegn lang")
    if "\0" in value:
        raise WrongValueError("uten styretegn")
    return value


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
