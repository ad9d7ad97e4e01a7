"""What may be written in a journal row."""

from __future__ import annotations

from collections.abc import Mapping

from skill.events import EVENT_FIELDS, JsonValue


def check_event(kind: str, data: Mapping[str, JsonValue]) -> None:
    """ValueError for a kind or field that skill.events doesn't know: the program is wrong, not the night."""
    if kind not in EVENT_FIELDS:
        raise ValueError(f"no such kind of journal row: {kind}")
    unknown = set(data) - set(EVENT_FIELDS[kind])
    if unknown:
        raise ValueError(f"a journal row {kind} has no field {', '.join(sorted(unknown))}")


def storable(each: JsonValue) -> JsonValue:
    """Half a surrogate pair can't be written as UTF-8; one such character must not hold up the night."""
    return each.encode("utf-8", "replace").decode("utf-8") if isinstance(each, str) else each
