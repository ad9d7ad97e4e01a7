"""A profile in which two answers don't fit together: which they are, and which of them is followed (the safer)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from skill.errors import ContentError
from skill.languages import LANGUAGES, Language
from skill.messages.message import Message
from skill.settings.docs import SETTINGS_DOCS_FILE
from skill.settings.values import Profile

STAY_IN_BED = (
    "fall_last_year", "walking_aid", "dizziness", "sedatives", "stroke", "parkinsons", "low_blood_pressure",
    "hip_operation_alone", "late_pregnancy",
)  # fmt: skip
"""Names of the profile's answers of which one is enough for never being asked to stand (prompts/SOURCES.md, R6)."""


def stays_in_bed(profile: Profile) -> bool:
    """Whether something in the profile makes a fall likely."""
    return any(getattr(profile, name) for name in STAY_IN_BED)


_CONTRADICTIONS: Mapping[str, Callable[[Profile], bool]] = {
    "stands_though_unsteady": lambda profile: profile.may_stand and stays_in_bed(profile),
    "late_but_not_pregnant": lambda profile: profile.late_pregnancy and not profile.pregnant,
    "alone_and_with_someone": lambda profile: profile.hip_operation_alone and profile.helper,
    "prosthesis_on_either_side": lambda profile: profile.prosthesis,
    "no_way_to_call": lambda profile: (
        profile.lives_alone and not (profile.phone_by_bed or profile.alarm_button or profile.helper)
    ),
}


def contradictions(profile: Profile) -> tuple[str, ...]:
    """The names of what doesn't fit together in `profile`, in the order of how much it matters; () when all fits."""
    return tuple(name for name, holds in _CONTRADICTIONS.items() if holds(profile))


def load_contradiction_texts(prompts: Path) -> Mapping[str, Mapping[Language, str]]:
    """What is said about each, from prompts/settings.toml; ContentError unless all are there in all languages."""
    path = prompts / SETTINGS_DOCS_FILE
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("contradictions", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError(Message("settings.explanations_unreadable", path=path, error=error)) from error
    for name in sorted(set(_CONTRADICTIONS) ^ set(tables)):
        if name in _CONTRADICTIONS:
            raise ContentError(Message("settings.contradiction_missing", path=path, name=name))
        raise ContentError(Message("settings.contradiction_unknown", path=path, name=name))
    for name, table in tables.items():
        for code in LANGUAGES:
            if not str(table.get(code, "")).strip():
                raise ContentError(
                    Message("settings.contradiction_without_text", path=path, name=name, code=code)
                )
    return {name: {code: tables[name][code] for code in LANGUAGES} for name in _CONTRADICTIONS}
