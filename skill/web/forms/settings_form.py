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
    "connect": ("connect",),
    "web": ("web", "model_path", "english_model_path"),
}
"""Page → the tables and single settings on it."""

ELSEWHERE = frozenset({"set_up", "web.pin_hash", "web.reader_hash"})
"""Set by the guide and by the PIN page, never typed."""

WORDED: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "voice.rate_wpm": ("wpm", {"slowest": 90, "slower": 105, "as_usual": 120, "faster": 140, "fastest": 160}),
    "voice.day_volume_db": ("db", {"softest": -12, "softer": -6, "as_usual": 0, "louder": 6, "loudest": 12}),
    "voice.night_volume_db": (
        "db",
        {"softest": -18, "softer": -12, "as_usual": -6, "louder": 0, "loudest": 6},
    ),
    "voice.answer_pause_s": ("s", {"shorter": 4, "as_usual": 6, "longer": 9, "longest": 15}),
}
"""Numbers that are chosen in words: key → unit, and word → number."""

DEVICES = frozenset({"audio.microphone", "audio.loudspeaker"})

GROUPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "profile": {
        "bed": ("may_stand", "lives_alone", "helper", "phone_by_bed", "alarm_button", "footboard", "towel_in_bed"),
        "falling": (
            "fall_last_year", "walking_aid", "dizziness", "sedatives", "stroke", "parkinsons",
            "low_blood_pressure", "hip_operation_alone",
        ),
        "illness": (
            "diabetes", "poor_circulation", "blood_thinners", "clot_risk", "prosthesis", "long_breathless",
            "long_numbness", "long_cold_feet", "medicines",
        ),
        "pregnancy": ("pregnant", "late_pregnancy"),
    }
}  # fmt: skip
"""Section → groups of its settings; a setting that stands in none comes last, under no heading."""
SELDOM = frozenset({"pregnancy"})
"""Groups that are folded up until something in them is ticked."""

SECRETS = frozenset({"connect.password", "connect.mqtt_password"})
"""Never shown again; left empty, they stay as they are. One is sent only where its user, or its server, is named."""

LONG_TEXTS = frozenset({"profile.medicines"})


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `kind`: check | choice | number | worded | device | time | text | long | names | secret."""

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


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together. `name` "" has no heading; `folded`: hardly anybody needs them."""

    name: str
    fields: tuple[Field, ...]
    folded: bool = False


def groups_of(section: str, fields: tuple[Field, ...], typed: Mapping[str, str]) -> tuple[Group, ...]:
    """Those in which something is told first: they matter for this person."""
    found, left = [], {f.key.rpartition(".")[2]: f for f in fields}
    for name, keys in GROUPS.get(section, {}).items():
        its = tuple(left.pop(key) for key in keys if key in left)
        told = any(typed.get(f.key) for f in its)
        if its:
            found.append((not told, Group(name, its, name in SELDOM and not told)))
    ordered = [group for _, group in sorted(found, key=lambda pair: pair[0])]
    return (*ordered, Group("", tuple(left.values()))) if left else tuple(ordered)


def _kind(key: str) -> str:
    default, rule = DEFAULTS[key], RULES.get(key, Rule())
    if key in SECRETS:
        return "secret"
    if key in WORDED or key in DEVICES:
        return "worded" if key in WORDED else "device"
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
        if field.kind == "secret" and not typed[field.key]:
            continue
        try:
            values[field.key] = checked(field.key, _value(field, typed[field.key]))
        except (WrongValueError, ValueError):
            wrong.append(field)
    return values, tuple(wrong)


def _value(field: Field, text: str) -> object:
    match field.kind:
        case "check":
            return text == "1"
        case "number" | "worded":
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
