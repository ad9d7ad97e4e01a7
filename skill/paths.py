"""Where data that comes with the package, and data of the user, live."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_NOWHERE = Path("/nonexistent/krampevakt")  # Debian's name for a home that can't be: help goes on in memory


def _shipped(name: str) -> Path:
    """Folder `name` of the repository (editable install), else the copy inside the installed package."""
    in_repository = _PACKAGE.parent / name
    if (_PACKAGE.parent / "pyproject.toml").is_file() and in_repository.is_dir():
        return in_repository
    return _PACKAGE / "_data" / name


def prompts_dir() -> Path:
    """prompts/: texts, protocols, phrases, limits."""
    return _shipped("prompts")


def models_dir() -> Path:
    """models/: holds nb/, the Vosk folder that ships."""
    return _shipped("models")


@dataclass(frozen=True)
class UserPaths:
    """Folders of one installation. Everything private lies below `data`; `cache` can be thrown away."""

    config: Path
    data: Path
    cache: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.toml"

    @property
    def database_file(self) -> Path:
        return self.data / "journal.db"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def lock_file(self) -> Path:
        return self.data / "krampevakt.lock"

    @property
    def self_test_file(self) -> Path:
        return self.cache / "self_test.json"

    @property
    def personal_file(self) -> Path:
        """What was learned of the one who sleeps here."""
        return self.data / "personal.json"

    @property
    def voice_cache(self) -> Path:
        return self.cache / "voice"


def expanded(path: Path) -> Path:
    """With the home folder for ~, as a shell would write it; as it is where there is no such user. Never raises."""
    return Path(os.path.expanduser(path))  # noqa: PTH111  Path.expanduser raises


def user_paths(home: Path | None = None) -> UserPaths:
    """Folders below `home` (or $KRAMPEVAKT_HOME) when given, else the system's own places for them."""
    root = home or (Path(os.environ["KRAMPEVAKT_HOME"]) if os.environ.get("KRAMPEVAKT_HOME") else None)
    if root is not None:
        root = expanded(root)
        return UserPaths(root / "config", root / "data", root / "cache")
    dirs = platformdirs.PlatformDirs("krampevakt", appauthor=False)
    try:
        return UserPaths(Path(dirs.user_config_dir), Path(dirs.user_data_dir), Path(dirs.user_cache_dir))
    except (
        RuntimeError
    ):  # no HOME, and a user without a line in passwd: a container with a number as its user
        return UserPaths(_NOWHERE / "config", _NOWHERE / "data", _NOWHERE / "cache")
