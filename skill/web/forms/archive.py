"""Everything in one file to keep elsewhere: the journal and the settings, as a zip, and back."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from skill.settings.file import parse
from skill.settings.values import Settings

JOURNAL_NAME, SETTINGS_NAME = "journal.db", "settings.toml"
_SQLITE = b"SQLite format 3\0"
_LARGEST_JOURNAL = 1024 * 1024 * 1024  # bytes unpacked: many times ten years of nights
_LARGEST_SETTINGS = 1024 * 1024


class NotAnArchive(ValueError):
    """The file is not one of ours, or it is cut off."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What an archive held. `settings` is None where it held none (a bare copy of the journal)."""

    journal: Path
    settings: Settings | None


def pack(journal_copy: Path, settings_text: str) -> bytes:
    """The archive: a verified copy of the journal, and a settings file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.write(journal_copy, JOURNAL_NAME)
        archive.writestr(SETTINGS_NAME, settings_text)
    return buffer.getvalue()


def unpack(upload: Path, folder: Path) -> Unpacked:
    """What lies in `upload` (an archive, or a bare journal), written below `folder`. Raises NotAnArchive."""
    target = folder / JOURNAL_NAME
    with upload.open("rb") as file:
        if file.read(len(_SQLITE)) == _SQLITE:
            shutil.copyfile(upload, target)
            return Unpacked(target, None)
    try:
        with zipfile.ZipFile(upload) as archive:
            _copy(archive, JOURNAL_NAME, target, _LARGEST_JOURNAL)
            settings = (
                _settings(archive, folder / SETTINGS_NAME) if SETTINGS_NAME in archive.namelist() else None
            )
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotAnArchive(str(error)) from error
    return Unpacked(target, settings)


def _copy(archive: zipfile.ZipFile, name: str, target: Path, largest: int) -> None:
    """Never more than `largest` bytes, whatever the archive says of itself."""
    left = largest
    with archive.open(name) as source, target.open("wb") as copy:
        while chunk := source.read(1024 * 1024):
            left -= len(chunk)
            if left < 0:
                raise NotAnArchive(f"{name} is too large")
            copy.write(chunk)


def _settings(archive: zipfile.ZipFile, target: Path) -> Settings:
    _copy(archive, SETTINGS_NAME, target, _LARGEST_SETTINGS)
    try:
        return parse(target.read_text(encoding="utf-8")).settings
    except UnicodeDecodeError as error:
        raise NotAnArchive(SETTINGS_NAME) from error
