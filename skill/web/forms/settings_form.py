"""Settings as form fields, and back. Which section a setting stands in, and what kind of input it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from skill.settings.rules import DEFAULTS, RULES, Rule, Value, WrongValueError, checked
from skill.web.forms.fields import parse_clock

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "voice": ("language", "voice"),
    "audio": ("audio",),
    "profile": ("profile",),
    "privacy": ("privacy",),
    "routine": ("routine",),
    "web": ("web", "model_path", "english_model_path"),
}
"""Page → the tables and single settings on it."""

ELSEWHERE = frozenset({"set_up", "web.pin_hash"})
"""Set by the guide and by the PIN page, never typed."""

LONG_TEXTS = frozenset({"profile.medicines"})


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `kind`: check | choice | number | time | text | long | names."""

    key: str
    kind: str
    rule: Rule

    @property
    def name(self) -> str:
        """Of the HTML input."""
        return self.key.replace(".", "-")

    @property
    def step(self) -> str:
        return "1" if isinstance(DEFAULTS[self.key], int) else "0.5"


def fields_of(section: str) -> tuple[Field, ...]:
    """The inputs of one page, in the order of the file."""
    wanted = SECTIONS[section]
    keys = [k for k in DEFAULTS if k not in ELSEWHERE and (k in wanted or k.partition(".")[0] in wanted)]
    keys.sort(key=lambda key: wanted.index(key if key in wanted else key.partition(".")[0]))
    return tuple(Field(key, _kind(key), RULES.get(key, Rule())) for key in keys)


def _kind(key: str) -> str:
    default, rule = DEFAULTS[key], RULES.get(key, Rule())
    if isinstance(default, bool):
        return "check"
    if isinstance(default, tuple):
        return "names"
    if rule.choices:
        return "choice"
    if isinstance(default, int | float):
        return "number"
    if rule.form in ("time", "optional_time"):
        return "time"
    return "long" if key in LONG_TEXTS else "text"


def shown_value(value: Value) -> str:
    """The value as it stands in the input."""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "1" if value else ""
    return f"{value:g}" if isinstance(value, int | float) else value


def typed_values(fields: tuple[Field, ...], form: MultiDict[str, str]) -> dict[str, str]:
    """What the form holds, by key."""
    return {field.key: form.get(field.name, "").strip() for field in fields}


def read_values(
    fields: tuple[Field, ...], typed: Mapping[str, str]
) -> tuple[dict[str, Value], tuple[Field, ...]]:
    """The values that are right, and the fields that are wrong."""
    values: dict[str, Value] = {}
    wrong: list[Field] = []
    for field in fields:
        try:
            values[field.key] = checked(field.key, _value(field, typed[field.key]))
        except (WrongValueError, ValueError):
            wrong.append(field)
    return values, tuple(wrong)


def _value(field: Field, text: str) -> object:
    match field.kind:
        case "check":
            return text == "1"
        case "number":
            number = float(text.replace(",", ".").replace("−", "-"))
            return int(number) if isinstance(DEFAULTS[field.key], int) and number.is_integer() else number
        case "names":
            return [name for name in text.replace(",", " ").split() if name]
        case "time":
            return parse_clock(field.name, text).strftime("%H:%M") if text else ""
        case "long":
            return text.replace("\r\n", "\n")
        case _:
            return text
