"""A message in words: what happened, when, what the device has advised, and that it has called nobody."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from skill.connect.alerts import Alert, AlertKind
from skill.languages import Language
from skill.messages.message import Message
from skill.paths import prompts_dir

_WORDS: Mapping[AlertKind, tuple[str, str]] = {
    "danger": ("connect.title_danger", "connect.text_danger"),
    "no_answer": ("connect.title_no_answer", "connect.text_no_answer"),
    "deaf": ("connect.title_deaf", "connect.text_deaf"),
    "silent": ("connect.title_silent", "connect.text_silent"),
    "hears_again": ("connect.title_hears_again", "connect.text_hears_again"),
    "test": ("connect.title_test", "connect.text_test"),
}
_ADVISED = {
    "113": "connect.advised_113",
    "116117": "connect.advised_116117",
    "fastlege": "connect.advised_fastlege",
    "foden": "connect.advised_foden",
}
URGENT_KINDS = frozenset({"danger", "no_answer"})


@dataclass(frozen=True, slots=True)
class Wording:
    """In one language. `title` fits on a locked telephone."""

    title: str
    text: str


def wording_of(alert: Alert, language: Language, prompts: Path | None = None) -> Wording:
    """The same for every way of sending. The night's own words are never in it, only what kind of sign it was."""
    clock = f"{alert.at:%H:%M}"
    title, text = _WORDS[alert.kind]
    heading = Message(title).in_language(language)
    if alert.kind not in URGENT_KINDS:
        return Wording(heading, Message(text, clock=clock).in_language(language))
    told = Message(text, clock=clock, sign=sign_name(alert.sign, language, prompts or prompts_dir()))
    parts = (told, Message(_ADVISED.get(alert.number, _ADVISED["113"])), Message("connect.called_nobody"))
    return Wording(heading, " ".join(part.in_language(language) for part in parts))


@cache
def _signs(prompts: Path, language: Language) -> dict[str, str]:
    try:
        tables = tomllib.loads((prompts / language / "web.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(code): str(name) for code, name in dict(tables.get("sign", {})).items()}


def sign_name(code: str, language: Language, prompts: Path) -> str:
    """What a danger sign is called on the pages; its code where it has no name there."""
    return _signs(prompts, language).get(code, code.replace("_", " "))
