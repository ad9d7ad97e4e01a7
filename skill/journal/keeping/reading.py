"""A journal to be read where nothing can be written: a full disk, a read-only file system."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from skill.errors import JournalError
from skill.journal.storage.database import DamagedJournal, NewerJournal, companions
from skill.journal.storage.store import Journal
from skill.messages.message import Message

_MEMORY = Path("/dev/shm")


@contextlib.contextmanager
def journal_to_read(file: Path) -> Iterator[Journal]:
    """The journal itself, or a copy of it in a folder that can be written. Raises JournalError."""
    try:
        journal = Journal.open(file)
    except (DamagedJournal, NewerJournal):
        raise
    except JournalError as refused:
        with _copy_of(file, refused) as copy, Journal.open(copy) as journal:
            yield journal
        return
    with journal:
        yield journal


@contextlib.contextmanager
def _copy_of(file: Path, refused: JournalError) -> Iterator[Path]:
    for place in (None, _MEMORY):
        with contextlib.ExitStack() as stack:
            try:
                folder = Path(
                    stack.enter_context(tempfile.TemporaryDirectory(prefix="krampevakt-read-", dir=place))
                )
                for each in (file, *companions(file)):
                    if each.exists() and not each.name.endswith("-shm"):
                        shutil.copyfile(each, folder / each.name)
            except OSError as error:
                why = error
                continue
            yield folder / file.name
            return
    raise JournalError(Message("journal.unreadable_here", path=file, why=why.strerror)) from refused
