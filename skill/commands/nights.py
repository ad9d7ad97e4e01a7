"""`krampevakt export`, `import`, `backup`, `restore` and `erase`: the nights as files, and forgetting them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click

from skill.commands.bedside.common import console, open_home
from skill.commands.terminal import agreed, shown, terminal_language
from skill.errors import JournalError
from skill.files import replaced_when_whole
from skill.journal.exchange.export import write_csv, write_json
from skill.journal.exchange.importer import import_json
from skill.journal.keeping.backup import backups, make_backup, newest_good
from skill.journal.keeping.erase import erase_everything
from skill.journal.keeping.reading import journal_to_read
from skill.journal.keeping.recovery import restore_journal
from skill.journal.storage.lock import InstanceLock
from skill.journal.storage.store import Journal
from skill.messages.message import Message


def _there(path: Path) -> Path:
    if not path.is_file():
        raise JournalError(Message("commands.no_journal", path=path))
    return path


@click.command()
@click.option("--format", "kind", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
def export(kind: str, out: Path | None) -> None:
    """Write all nights as JSON (everything, can be imported again) or CSV (one line an episode)."""
    with journal_to_read(_there(open_home().database_file)) as journal, _written(out) as target:
        if kind == "json":
            write_json(journal, target, datetime.now(UTC))
        else:
            write_csv(journal, target)


@contextlib.contextmanager
def _written(out: Path | None) -> Iterator[IO[str]]:
    """Standard output, in UTF-8 whatever the terminal speaks; or a file that is replaced when all is there."""
    if out is None:
        with contextlib.suppress(AttributeError, ValueError, OSError):
            sys.stdout.reconfigure(encoding="utf-8", errors="strict")  # type: ignore[union-attr]
        yield sys.stdout
        return
    try:
        if out.exists() and not out.is_file():  # a pipe or a device: there is nothing to be replaced
            with out.open("w", encoding="utf-8", newline="") as target:
                yield target
        else:
            with replaced_when_whole(out) as target:
                yield target
    except OSError as error:
        raise JournalError(Message("commands.not_written", out=out, error=error.strerror)) from error


@click.command("import")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(source: Path) -> None:
    """Bring the nights of a JSON export in; what is there already is not doubled."""
    with Journal.open(open_home().database_file) as journal, source.open(encoding="utf-8-sig") as opened:
        done = import_json(journal, opened)
    console.print(shown(Message(
        "commands.imported", episodes=done.episodes, events=done.events, known=done.known
    )))  # fmt: skip


@click.command()
def backup() -> None:
    """Make a verified copy of the journal now, beside the nightly ones."""
    paths = open_home()
    made = make_backup(_there(paths.database_file), paths.backups, datetime.now(UTC), by_hand=True)
    console.print(shown(Message("commands.backed_up", path=made.path)))


@click.command()
@click.argument("source", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "only_list", is_flag=True)
def restore(source: Path | None, only_list: bool) -> None:
    """Put a copy in the journal's place: SOURCE, or the newest good one. What was there is backed up first."""
    paths = open_home()
    if only_list:
        for found in backups(paths.backups):
            console.print(f"{found.at.astimezone():%d.%m.%Y %H:%M}  {found.path}")
        return
    newest = newest_good(paths.backups, datetime.now(UTC))
    chosen = source or (newest.path if newest else None)
    if chosen is None:
        raise JournalError(Message("commands.no_good_backup", folder=paths.backups))
    with InstanceLock(paths.lock_file):
        before = restore_journal(paths.database_file, chosen, paths.backups, datetime.now(UTC))
    console.print(shown(Message("commands.restored", chosen=chosen)))
    if before:
        console.print(shown(Message("commands.kept_before", before=before)))


@click.command()
@click.option("--yes", is_flag=True)
def erase(yes: bool) -> None:
    """Remove everything that was ever stored: nights, backups, sound, settings."""
    if not yes and not agreed(Message("commands.sure_to_erase")):
        raise click.Abort
    language = terminal_language()  # before the settings go
    left = erase_everything(open_home())
    console.print(Message("commands.erased").in_language(language))
    for path in left:
        console.print(f"[dim]{Message('commands.not_ours', path=path).in_language(language)}[/dim]")
