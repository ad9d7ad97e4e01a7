"""Options and start-up that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from skill.paths import UserPaths, user_paths

console = Console(highlight=False)

home_option: Callable[..., Any] = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for settings, journal and sounds, instead of the system's own places.",
)


def open_home(home: Path | None) -> UserPaths:
    """The folders, made where they are missing; private to their owner."""
    paths = user_paths(home)
    for folder in (paths.config, paths.data, paths.cache):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return paths
