"""The explanation of every setting, from prompts/settings.toml, and the documented file made of it."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from skill.errors import ContentError
from skill.languages import LANGUAGES, Language
from skill.messages.message import Message
from skill.settings.rules import DEFAULTS, Value, flat
from skill.settings.values import Settings

SETTINGS_DOCS_FILE = "settings.toml"


@dataclass(frozen=True, slots=True)
class SettingDoc:
    """What a person is told of one setting, in each language."""

    label: Mapping[Language, str]
    help: Mapping[Language, str]
    takes_effect: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class SettingsDocs:
    """`settings` by key ("voice.rate_wpm"), `sections` by table name ("general" for those without)."""

    settings: Mapping[str, SettingDoc]
    sections: Mapping[str, Mapping[Language, str]]


def load_settings_docs(prompts: Path) -> SettingsDocs:
    """Read prompts/settings.toml; ContentError unless every setting has all its texts in all languages."""
    path = prompts / SETTINGS_DOCS_FILE
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError(Message("settings.explanations_unreadable", path=path, error=error)) from error
    wanted, found = set(DEFAULTS), set(tree.get("settings", {}))
    for key in sorted(wanted ^ found):
        if key in wanted:
            raise ContentError(Message("settings.not_explained", path=path, key=key))
        raise ContentError(Message("settings.explained_but_unknown", path=path, key=key))
    effects = {
        name: _texts(path, f"effects.{name}", table) for name, table in tree.get("effects", {}).items()
    }
    docs: dict[str, SettingDoc] = {}
    for key in DEFAULTS:
        table = tree["settings"][key]
        if table.get("effect") not in effects:
            raise ContentError(Message("settings.no_effect_given", path=path, key=key))
        docs[key] = SettingDoc(
            label={code: _text(path, key, table, code, "label") for code in LANGUAGES},
            help={code: _text(path, key, table, code, "help") for code in LANGUAGES},
            takes_effect=effects[table["effect"]],
        )
    names = ["general", *dict.fromkeys(key.partition(".")[0] for key in DEFAULTS if "." in key)]
    written = tree.get("sections", {})
    return SettingsDocs(docs, {name: _texts(path, f"sections.{name}", written.get(name)) for name in names})


def template(docs: SettingsDocs, settings: Settings | None = None, language: Language = "nb") -> str:
    """A settings file that holds every setting, each explained in a comment above it."""
    document = tomlkit.document()
    target: Any = document
    section = ""
    for line in (docs.sections["general"][language],):
        document.add(tomlkit.comment(line))
    for key, value in flat(settings or Settings()).items():
        table, _, name = key.rpartition(".")
        if table != section:
            section = table
            target = tomlkit.table()
            document.add(tomlkit.nl())
            document.add(tomlkit.comment(docs.sections[table][language]))
            document.add(table, target)
        target.add(tomlkit.nl())
        for part in textwrap.wrap(docs.settings[key].help[language], 100):
            target.add(tomlkit.comment(part))
        target.add(name, toml_value(value))
    return tomlkit.dumps(document)


def toml_value(value: Value) -> object:
    """As TOML writes it."""
    return list(value) if isinstance(value, tuple) else value


def _texts(path: Path, where: str, table: object) -> Mapping[Language, str]:
    if not isinstance(table, dict) or not all(isinstance(table.get(c), str) and table[c] for c in LANGUAGES):
        raise ContentError(Message("settings.needs_three_texts", path=path, where=where))
    return {code: table[code] for code in LANGUAGES}


def _text(path: Path, key: str, table: Mapping[str, Any], code: Language, what: str) -> str:
    value = table.get(code, {}).get(what) if isinstance(table.get(code), dict) else None
    if not isinstance(value, str) or not value.strip():
        raise ContentError(Message("settings.lacks_text", path=path, key=key, what=what, code=code))
    return value
