"""How this package starts a module of its own as another process."""

from __future__ import annotations

import os
from pathlib import Path

from skill.machine import own_program

_ROOT = Path(__file__).resolve().parents[2]


def command(module: str, *arguments: str) -> list[str]:
    return own_program(module, *arguments)


def environment() -> dict[str, str]:
    """The environment in which the child finds this very package, wherever it is started from."""
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), *([known] if known else [])])}
