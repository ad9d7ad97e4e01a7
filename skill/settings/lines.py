"""On which line of a TOML file a key stands: the parsers don't say."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+\s*(?:#.*)?$")


def line_of(text: str, key: str) -> int:
    """Line (from 1) that sets `key` ("voice.rate_wpm"); the table's own line, or 1, where it isn't found."""
    table, _, name = key.rpartition(".")
    current = ""
    best = 1
    in_this_table = re.compile(rf"^\s*[\"']?{re.escape(name)}[\"']?\s*=")
    dotted = re.compile(rf"^\s*[\"']?{re.escape(table)}[\"']?\s*(\.\s*[\"']?{re.escape(name)}[\"']?\s*)?=")
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            current = re.sub(r"[\s\"']", "", header[1])
            if current in (table, key):
                best = number
        elif (current == table and in_this_table.match(line)) or (
            table and not current and dotted.match(line)
        ):
            return number
    return best


def line_of_error(error: Exception, text: str) -> int:
    """Line (from 1) at which the parser gave up; the last one when it came to the end."""
    match = re.search(r"at line (\d+)", str(error))
    return int(match[1]) if match else max(1, len(text.splitlines()))


def is_said_twice(error: Exception) -> bool:
    """The parser met a key or a table for the second time."""
    return any(words in str(error) for words in ("Cannot overwrite", "Cannot declare", "Cannot mutate"))
