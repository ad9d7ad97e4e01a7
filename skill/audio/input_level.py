"""How loud each microphone hears the room, listened to one after the other, in a process of its own.

A driver that hangs when it is opened holds up that process and nobody else; what was heard before it is kept.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass

from skill.machine import own_program

LISTEN_S = 1.5  # to each: long enough for a word or two


@dataclass(frozen=True, slots=True)
class InputLevel:
    """`level_dbfs`: of the loudest frame, None where the microphone couldn't be opened or sent nothing."""

    name: str
    level_dbfs: float | None


def as_line(level: InputLevel) -> str:
    return json.dumps(asdict(level))


def input_levels(limit_s: float) -> tuple[InputLevel, ...]:
    """Of every microphone that `krampevakt devices --levels --json` has listened to within `limit_s`."""
    command = own_program("skill", "devices", "--levels", "--json")
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=limit_s, check=False
        )
    except subprocess.TimeoutExpired as late:
        return levels_in(late.stdout or b"")
    except OSError:
        return ()
    return levels_in(done.stdout)


def levels_in(output: bytes) -> tuple[InputLevel, ...]:
    """What the lines of `output` say; a line that broke off says nothing."""
    found = []
    for line in output.decode("utf-8", "replace").splitlines():
        try:
            told = json.loads(line)
            level = told["level_dbfs"]
            found.append(InputLevel(str(told["name"]), None if level is None else float(level)))
        except (ValueError, TypeError, KeyError):
            continue
    return tuple(found)
