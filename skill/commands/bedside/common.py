"""Options and start-up that several commands share."""

from __future__ import annotations

import contextlib
from pathlib import Path

from rich.console import Console

from skill.paths import UserPaths, user_paths

console = Console(highlight=False)


def open_home(home: Path | None = None) -> UserPaths:
    """The folders (of `home`, else of this user), made where they are missing; private to their owner.

    Where they can't be made the paths come all the same: what needs them says so itself, and help doesn't need them.
    """
    paths = user_paths(home)
    for folder in (paths.config, paths.data, paths.cache):
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return paths
