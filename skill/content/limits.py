"""Every number that steers the conversation: prompts/limits.toml, where each stands once with its source."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeGuard

from skill.content.toml_file import Problem, TomlFile
from skill.messages.message import Message


@dataclass(frozen=True)
class Limits:
    """Seconds (`_s`), and counts. The reasons stand in the file."""

    hold_s: float
    long_hold_s: float
    standing_hold_s: float
    sit_before_standing_s: float
    stand_up_s: float
    get_up_s: float
    move_s: float
    company_every_s: float
    company_room_s: float
    company_softer_db: float
    lets_finish_s: float
    max_relief_s: float
    max_relief_pregnant_s: float
    answer_s: float
    silent_within_s: float
    farewell_s: float
    stopped_s: float
    wait_s: float
    after_pause_s: float
    groans_within_s: float
    evening_wait_s: float
    settle_s: float
    max_questions_after: int
    emergency_repeat_at_s: tuple[float, ...]
    emergency_repeat_every_s: float
    emergency_repeat_for_s: float
    speech_limit_s: float
    evening_hold_s: float
    frequent_nights: int
    several_cramps: int
    sleep_disturbed: int

    @property
    def quiet_after_s(self) -> float:
        """When the last sentence has to begin, so that it has ended within `silent_within_s`."""
        return self.silent_within_s - self.farewell_s

    @cached_property
    def emergency_gaps_s(self) -> tuple[float, ...]:
        """Pauses before each repetition of the 113 text, counted from its end."""
        moments = list(self.emergency_repeat_at_s)
        last_s = moments[-1] if moments else 0.0
        moments += [
            last_s + self.emergency_repeat_every_s * n
            for n in range(1, int(self.emergency_repeat_for_s // self.emergency_repeat_every_s) + 1)
        ]
        return tuple(b - a for a, b in zip([0.0, *moments], moments, strict=False))

    def seconds(self, name: str) -> float:
        """The limit called `name`; raises KeyError when there is none or it isn't a time."""
        value = getattr(self, name, None)
        if not name.endswith("_s") or not isinstance(value, float):
            raise KeyError(name)
        return value


def read_limits(file: TomlFile, problems: list[Problem]) -> Limits:
    """All limits; what is missing or wrong goes into `problems` and counts as 0."""
    values: dict[str, Any] = {}
    known = {f.name: str(f.type) for f in fields(Limits)}
    for name in set(file.data) - set(known) - {"compared"}:
        problems.append(Problem(file.path, file.table_line(name), Message("script.limit_unused", name=name)))
    for name, kind in known.items():
        table = file.data.get(name)
        line = file.table_line(name)
        if not isinstance(table, dict) or "value" not in table:
            problems.append(Problem(file.path, line, Message("script.limit_missing", name=name)))
            table = {"value": [] if kind.startswith("tuple") else 0}
        elif not table.get("source"):
            problems.append(Problem(file.path, line, Message("script.limit_without_source", name=name)))
        values[name] = _number(table["value"], kind, name, file, line, problems)
    return Limits(**values)


def _number(value: object, kind: str, name: str, file: TomlFile, line: int, problems: list[Problem]) -> Any:
    is_list = kind.startswith("tuple")
    numbers = [float(v) for v in (value if isinstance(value, list) else [value]) if _is_number(v)]
    wanted = len(value) if isinstance(value, list) else 1
    good = isinstance(value, list) == is_list and len(numbers) == wanted
    if not good or (kind == "int" and not isinstance(value, int)):
        at = file.key_line("value", line)
        problems.append(Problem(file.path, at, Message("script.limit_no_number", name=name)))
        return () if is_list else 0
    if is_list:
        return tuple(numbers)
    return int(numbers[0]) if kind == "int" else numbers[0]


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
