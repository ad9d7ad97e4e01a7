"""Can every source be followed? What stands in a `source` field is the name of a row in prompts/SOURCES.md."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from skill.content.toml_file import Problem
from skill.messages.message import Message

SOURCES_FILE = "SOURCES.md"

_ROW = re.compile(r'^\| <a id="(?P<anchor>[^"]+)"></a>(?P<name>\S+) \|(?P<cells>.*)\|\s*$')
_NAME = re.compile(r"\b[A-Z]\d{1,2}[a-d]?\b(?!\.\d)")  # not "T19.7", a chapter of a handbook
_MARK = re.compile(r"\[[VGD]\]")
_LINK = re.compile(r"\]\((https?://[^\s)]+)\)")
_FIELD = re.compile(r"""(?:^|[{,\s])(?P<key>source|why)\s*=\s*(?P<quote>["'])(?P<value>.*?)(?P=quote)""")
_FRONT = re.compile(r"\A\+\+\+\n(.*?)\n\+\+\+\n", re.S)
_UNSHIPPED = "CONTENT"  # the working page of the first version; it isn't in the repository


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of SOURCES.md. `read` is the day on which a source was read; None for this project's own choices."""

    name: str
    text: str
    read: datetime.date | None
    line: int

    @property
    def link(self) -> str | None:
        """The first address in the row, None when none was noted."""
        found = _LINK.search(self.text)
        return found[1] if found else None


def read_sources(prompts: Path) -> tuple[Mapping[str, SourceRow], tuple[Problem, ...]]:
    """The rows of SOURCES.md by name, and what is wrong with the page itself."""
    path = prompts / SOURCES_FILE
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return {}, (Problem(path, 0, Message("check.sources_unreadable", error=error)),)
    rows: dict[str, SourceRow] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        match = _ROW.match(line)
        if match is None:
            continue
        name, cells = match["name"], [cell.strip() for cell in match["cells"].split("|")]
        if name != match["anchor"]:
            problems.append(
                Problem(
                    path, number, Message("check.source_anchor_differs", name=name, anchor=match["anchor"])
                )
            )
        if name in rows:
            problems.append(
                Problem(path, number, Message("check.source_twice", name=name, line=rows[name].line))
            )
            continue
        read = _day(cells[1]) if name.startswith("S") and len(cells) > 1 else None
        if name.startswith("S") and read is None:
            problems.append(Problem(path, number, Message("check.source_without_date", name=name)))
        rows[name] = SourceRow(name, " ".join(cells), read, number)
    for row in rows.values():
        if row.name.startswith("S"):
            continue  # the words of a source may hold codes of its own, as «N07»
        problems += [
            Problem(path, row.line, Message("check.source_row_points_nowhere", row=row.name, name=name))
            for name in sorted(_names(row.text) - set(rows))
        ]
    return rows, tuple(problems)


def link_of(source: str, rows: Mapping[str, SourceRow]) -> str | None:
    """Where a reader of `source` ("NHI: … (S1)") may look it up: the address of the first row it names that has one."""
    links = (rows[name].link for name in _NAME.findall(source) if name in rows)
    return next((link for link in links if link), None)


def source_problems(prompts: Path) -> Iterator[Problem]:
    """Sources that can't be followed, in every TOML file and knowledge page below `prompts`, by file and line."""
    rows, problems = read_sources(prompts)
    yield from problems
    if not rows:
        return
    for path in sorted(prompts.rglob("*.toml")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.lstrip().startswith("#"):
                continue
            for field in _FIELD.finditer(line):
                for message in _wrong(field["value"], rows, must_name=field["key"] == "source"):
                    yield Problem(path, number, message)
    for path in sorted(prompts.glob("*/learn/*.md")):
        yield from _page_problems(path, rows)


def _page_problems(path: Path, rows: Mapping[str, SourceRow]) -> Iterator[Problem]:
    text = path.read_text(encoding="utf-8")
    front = _FRONT.match(text)
    try:
        sources = tomllib.loads(front[1]).get("sources", []) if front else []
    except tomllib.TOMLDecodeError:
        return  # the check of the pages says so
    lines = text.splitlines()
    for source in sources:
        for message in _wrong(str(source), rows, must_name=True):
            line = next((n for n, written in enumerate(lines, start=1) if str(source) in written), 1)
            yield Problem(path, line, message)


def _wrong(value: str, rows: Mapping[str, SourceRow], must_name: bool) -> Iterator[Message]:
    """What keeps a reader from following `value`; `must_name` when it has to name a row or a mark at all."""
    names = _names(value) if must_name else {name for name in _names(value) if name.startswith("S")}
    for name in sorted(names - set(rows)):
        yield Message("check.source_not_listed", name=name, file=SOURCES_FILE)
    if _UNSHIPPED in value:
        yield Message("check.source_not_shipped", value=value, file=SOURCES_FILE)
    elif must_name and value.strip() and not names and not _MARK.search(value):
        yield Message("check.source_points_nowhere", value=value, file=SOURCES_FILE)


def _names(text: str) -> set[str]:
    return set(_NAME.findall(text))


def _day(written: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        return None
