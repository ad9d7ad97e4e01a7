"""A TOML file that knows on which line things stand, so that errors can name file and line.

`tomllib` gives no positions. This looks them up in the text: first the table's header, then the value
below it.
"""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from skill.errors import ContentError
from skill.files import read_small
from skill.messages.message import Message

_HEADER = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a content file. `line` counts from 1; 0 means the file as a whole."""

    path: Path
    line: int
    message: str

    @property
    def sentence(self) -> Message:
        """What is wrong, with the place."""
        if self.line:
            return Message("content.at_line", path=self.path, line=self.line, what=self.message)
        return Message("content.in_file", path=self.path, what=self.message)

    def __str__(self) -> str:
        return str(self.sentence)


def content_error(*problems: Problem) -> ContentError:
    """The error that tells of all of them, a line each."""
    if len(problems) == 1:
        return ContentError(problems[0].sentence)
    return ContentError(Message("content.several", problems=[problem.sentence for problem in problems]))


@dataclass(frozen=True)
class TomlFile:
    """Parsed `data` beside the `text` it came from."""

    path: Path
    text: str
    data: dict[str, Any]

    @cached_property
    def _lines(self) -> tuple[str, ...]:
        """The lines; remarks are left empty."""
        return tuple("" if line.lstrip().startswith("#") else line for line in self.text.splitlines())

    @cached_property
    def _headers(self) -> dict[str, list[int]]:
        """Where each table begins: its name, and the lines of its headers."""
        found: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines, start=1):
            match = _HEADER.match(line)
            if match:
                found.setdefault(match[1].replace(" ", "").replace('"', ""), []).append(number)
        return found

    @cached_property
    def _header_lines(self) -> frozenset[int]:
        return frozenset(number for numbers in self._headers.values() for number in numbers)

    def table_line(self, name: str, index: int = 0) -> int:
        """Line of the header `[name]`, or of header number `index` (from 0) of `[[name]]`; 0 if absent."""
        numbers = self._headers.get(name, [])
        return numbers[index] if index < len(numbers) else 0

    def value_line(self, value: str, from_line: int = 1) -> int:
        """First line at or below `from_line`, before the next table header, that holds `value` in quotes.

        Falls back to `from_line` when the value is written in a way that the text doesn't show.
        """
        double, single = f'"{value}"', f"'{value}'"
        return self._find_below(lambda line: double in line or single in line, from_line)

    def key_line(self, key: str, from_line: int = 1) -> int:
        """First line at or below `from_line`, before the next table header, that sets `key`."""
        pattern = re.compile(rf"(?:^|[{{,])\s*\"?{re.escape(key)}\"?\s*=")
        return self._find_below(lambda line: pattern.search(line) is not None, from_line)

    def _find_below(self, fits: Callable[[str], bool], from_line: int) -> int:
        start = max(from_line, 1)
        for number in range(start, len(self._lines) + 1):
            if number > start and number in self._header_lines:
                break
            if fits(self._lines[number - 1]):
                return number
        return from_line


def read_toml(path: Path) -> TomlFile:
    """Read `path`; raises ContentError that names the file, and the line where the TOML is broken."""
    try:
        text = io.StringIO(read_small(path).decode("utf-8"), newline=None).read()
    except FileNotFoundError:
        raise content_error(Problem(path, 0, Message("content.file_missing"))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise content_error(Problem(path, 0, Message("content.file_unreadable", error=error))) from error
    try:
        return TomlFile(path, text, tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        match = re.search(r"at line (\d+)", str(error))
        line = int(match[1]) if match else len(text.splitlines())
        raise content_error(Problem(path, line, Message("content.not_toml", error=error))) from error
