"""The settings file: read without ever failing, saved without ever being half-written.

A wrong value is reported with its line and replaced by the last good one; it never keeps the service
from helping at night. Comments and layout that a person made stay as they are.
"""

from __future__ import annotations

import contextlib
import errno
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
import tomlkit.exceptions

from skill.errors import ContentError, SettingsError
from skill.files import read_small, replaced_when_whole
from skill.messages.message import Message
from skill.paths import prompts_dir
from skill.settings.docs import load_settings_docs, template, toml_value
from skill.settings.lines import is_said_twice, line_of, line_of_error
from skill.settings.rules import (
    DEFAULTS,
    REMOVED,
    Value,
    WrongValueError,
    checked,
    flat,
    is_loopback,
    with_values,
)
from skill.settings.values import Settings

Stamp = tuple[int, int, int]
MOST_BYTES = (
    1_000_000  # the file with all its remarks has 20,000; more would hold up the night while it is read
)
_NO_SETTINGS = {errno.EINVAL: "settings.no_file", errno.EFBIG: "settings.too_large"}


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One thing that is wrong. `line` counts from 1; 0 is the file as a whole."""

    line: int
    key: str
    sentence: str  # what is wrong, what it means for the night, what to do


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings to use, and what was wrong in the file."""

    settings: Settings
    problems: tuple[SettingProblem, ...] = ()


def load(path: Path) -> Settings:
    """The settings in `path`; defaults where there is no file. Never raises."""
    return read(path).settings


def read(path: Path) -> Loaded:
    """Read `path`, value by value; what is wrong there is taken from the last good copy. Never raises.

    A file without faults becomes the last good copy.
    """
    try:
        text = _text_of(path)
    except FileNotFoundError:
        return Loaded(Settings())
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else Message("settings.not_utf8")
        if isinstance(error, OSError) and error.errno in _NO_SETTINGS:
            why = Message(_NO_SETTINGS[error.errno])
        return _refused(path, Message("settings.unreadable", path=path, why=why))
    if _cut_off(text, _good_text(path)):
        return _refused(path, Message("settings.cut_off", path=path))
    loaded = parse(text, path.name, _last_good(path))
    if not loaded.problems:
        with contextlib.suppress(OSError):
            _keep_good(path, text)
    return loaded


def parse(text: str, name: str = "settings.toml", last_good: Settings | None = None) -> Loaded:
    """Settings from the text of a file; `last_good` stands in for what is wrong. Never raises."""
    fallback = last_good or Settings()
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a plain ValueError
        line = line_of_error(error, text)
        what = Message("settings.twice" if is_said_twice(error) else "settings.not_toml")
        sentence = Message("settings.at_line", file=name, line=line, what=what)
        return Loaded(fallback, (SettingProblem(line, "", sentence),))
    values: dict[str, Value] = {}
    problems: list[SettingProblem] = []
    before = flat(fallback)

    def wrong(key: str, what: Message) -> None:
        line = line_of(text, key)
        problems.append(
            SettingProblem(line, key, Message("settings.at_line", file=name, line=line, what=what))
        )

    for key, raw in _leaves(tree):
        if key in REMOVED:
            continue
        if key not in DEFAULTS:
            wrong(key, Message("settings.unknown_key", key=key))
            continue
        try:
            values[key] = checked(key, raw)
        except WrongValueError as error:
            values[key] = before[key]
            value = _shown(before[key])
            wrong(key, Message("settings.wrong_value", key=key, error=error, value=value))
    settings = with_values(Settings(), values)
    if not is_loopback(settings.web.host) and not settings.web.pin_hash:
        settings = with_values(settings, {"web.host": Settings().web.host})
        wrong(
            "web.host",
            Message("settings.not_open_without_pin"),
        )
    return Loaded(settings, tuple(problems))


def check_settings(settings: Settings) -> None:
    """SettingsError for the first value that may not be saved."""
    for key, value in flat(settings).items():
        try:
            checked(key, value)
        except WrongValueError as error:
            raise SettingsError(Message("settings.wrong_value_not_saved", key=key, error=error)) from error
    if not is_loopback(settings.web.host) and not settings.web.pin_hash:
        raise SettingsError(Message("settings.not_saved_without_pin"))


def save(path: Path, settings: Settings, before: Settings | None = None) -> None:
    """Write `settings` to `path`, whole or not at all, comments kept. Raises SettingsError.

    With `before`, only what differs from it is written, so that two pages don't undo each other's changes.
    """
    check_settings(settings)
    current = load(path)
    if before is not None:
        then = flat(before)
        settings = with_values(current, {k: v for k, v in flat(settings).items() if v != then[k]})
        check_settings(settings)
    try:
        text = _rewritten(path, settings)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, text)
        _keep_good(path, text)
    except OSError as error:
        raise SettingsError(Message("settings.not_saved", path=path, error=error.strerror)) from error


def stamp(path: Path) -> Stamp | None:
    """Changes whenever the file is saved, here or in an editor; None where there is no file. Cheap to ask."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def last_good_path(path: Path) -> Path:
    """Where the copy of the last file without faults is kept."""
    return path.with_name(f"{path.stem}.last-good{path.suffix}")


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` by a file with this text, readable by its owner only, once it is all on the disk."""
    with replaced_when_whole(path) as file:
        file.write(text)


def _rewritten(path: Path, settings: Settings) -> str:
    """The file's text with these settings in it; a new, documented file where there is none to keep."""
    try:
        document = tomlkit.parse(_text_of(path))
    except FileNotFoundError:
        return _fresh(settings)
    except (ValueError, RecursionError, tomlkit.exceptions.TOMLKitError):
        path.replace(path.with_name(f"{path.stem}.broken{path.suffix}"))
        return _fresh(settings)
    present = dict(_leaves(document.unwrap()))
    for key, value in flat(settings).items():
        if key in present and _same(present[key], toml_value(value)):
            continue
        if key not in present and value == DEFAULTS[key]:
            continue
        table, _, name = key.rpartition(".")
        target: Any = document
        if table:
            if not isinstance(document.get(table), dict):
                document[table] = tomlkit.table()
            target = document[table]
        target[name] = toml_value(value)
    return tomlkit.dumps(document)


def _same(written: object, value: object) -> bool:
    return type(written) is type(value) and written == value


def _fresh(settings: Settings) -> str:
    try:
        return template(load_settings_docs(prompts_dir()), settings, settings.language)
    except ContentError:  # the explanations are missing; the settings aren't
        document = tomlkit.document()
        for key, value in flat(settings).items():
            table, _, name = key.rpartition(".")
            target: Any = document.setdefault(table, tomlkit.table()) if table else document
            target[name] = toml_value(value)
        return tomlkit.dumps(document)


def _refused(path: Path, sentence: Message) -> Loaded:
    return Loaded(_last_good(path), (SettingProblem(0, "", sentence),))


def _cut_off(text: str, good: str) -> bool:
    """The beginning of the last good file, ending inside a line: a write that was never finished."""
    return len(text) < len(good) and good.startswith(text) and not (text.strip() and text.endswith("\n"))


def _last_good(path: Path) -> Settings:
    return parse(_good_text(path)).settings


def _good_text(path: Path) -> str:
    try:
        return _text_of(last_good_path(path))
    except (OSError, UnicodeDecodeError):
        return ""


def _text_of(path: Path) -> str:
    """Notepad puts a mark before the first letter."""
    return io.StringIO(read_small(path, MOST_BYTES).decode("utf-8-sig"), newline=None).read()


def _keep_good(path: Path, text: str) -> None:
    if _good_text(path) != text:
        write_atomically(last_good_path(path), text)


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name, value in tree.items():
        key = f"{prefix}{name}"
        known_table = any(each.startswith(f"{key}.") for each in DEFAULTS)
        if isinstance(value, dict) and (known_table or key not in DEFAULTS) and not prefix:
            found += _leaves(value, f"{key}.")
        else:
            found.append((key, value))
    return found


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"«{value}»" if isinstance(value, str) else str(value)
