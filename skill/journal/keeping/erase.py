"""Forgetting everything: what this person told the device is nowhere on its disk afterwards."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, delete

from skill.errors import JournalError
from skill.journal.keeping.backup import backups
from skill.journal.keeping.recovery import damaged_copies
from skill.journal.storage import tables
from skill.journal.storage.folding import set_value
from skill.journal.storage.lock import InstanceLock
from skill.journal.storage.store import Journal
from skill.messages.message import Message
from skill.paths import UserPaths

_IN_DATA = (
    "journal*",
    ".journal*",
    "backups",
    "recordings",
    "audio",
    "personal*",
    ".personal*",
    "prompts_last_good",
    "connect*",
    "web-secret*",
    ".web-secret*",
)
_IN_CONFIG = ("settings*.toml", ".settings*.toml*")
_IN_CACHE = ("voice", "voices", "replay*", "journal*", "demo*", "reports", "tmp*")


def forget_learned(file: Path) -> bool:
    """Of the voice (`krampevakt enrol`). Was there anything? Raises JournalError where it can't be removed."""
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise JournalError(Message("enrol.not_removed", file=file, error=error.strerror)) from error
    return True


def erase_everything(paths: UserPaths) -> tuple[Path, ...]:
    """Remove journal, backups, recordings, settings and caches; what is left there that isn't ours.

    Folders named after this program go whole; in others (`--home`), what somebody else put there stays.
    Raises AlreadyRunning while the service runs, for it would go on writing.
    """
    with InstanceLock(paths.lock_file):
        for folder, patterns in (
            (paths.cache, _IN_CACHE),
            (paths.config, _IN_CONFIG),
            (paths.data, _IN_DATA),
        ):
            whole = "krampevakt" in folder.parts[-2:]
            for path in _matching(folder, ("*",) if whole else patterns):
                if path != paths.lock_file:
                    _remove(path)
        paths.lock_file.unlink(missing_ok=True)
    left: list[Path] = []
    for folder in (paths.cache, paths.config, paths.data):
        with contextlib.suppress(OSError):
            folder.rmdir()
        left += sorted(folder.rglob("*")) if folder.exists() else []
    return tuple(left)


def empty_journal(journal: Journal, backup_folder: Path | None) -> None:
    """Forget every night and every backup while the service goes on. Raises JournalError.

    The device gets a new name, so that nothing told from now on can be joined with what was told before.
    """

    def work(connection: Connection) -> str:
        for table in (tables.events, tables.episodes):
            connection.execute(delete(table))
        return set_value(connection, "device", str(uuid4()))

    journal.device = journal.transact(work)
    journal.forget_waiting()
    journal.checkpoint(shrink=True)
    others = [backup.path for backup in backups(backup_folder)] if backup_folder is not None else []
    others += damaged_copies(journal.where)
    for path in others:
        path.unlink(missing_ok=True)


def _matching(folder: Path, patterns: Iterable[str]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(folder.glob(pattern))] if folder.is_dir() else []


def _remove(path: Path) -> None:
    """Best effort: what can't be removed is found again among what is left."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
