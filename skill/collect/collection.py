"""A folder of a person's recordings: written take by take, each safe before the next is asked for."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from skill.audio.samples import RATE_HZ
from skill.audio.sound import Sound
from skill.audio.wav import wav_bytes
from skill.collect.take import Take
from skill.errors import AudioError, ModelError
from skill.files import write_whole
from skill.messages.message import Message

MANIFEST = "manifest.tsv"
CONSENT = "consent.tsv"
_SPEAKER = re.compile(r"[a-z0-9æøå][a-z0-9æøå-]{0,30}")


@dataclass(frozen=True)
class TakeRow:
    """One line of the manifest, as `python -m models.measuring` reads it."""

    file: str
    transcript: str  # what was said
    kind: str
    speaker: str
    sex: str
    source: str
    licence: str
    seconds: str
    style: str
    shown: str  # what was asked for
    dialect: str
    level_dbfs: str
    recorded_at: str  # UTC


@dataclass(frozen=True)
class Consent:
    """What a person agreed to, in the words they were shown."""

    speaker: str
    given_at: str  # UTC
    licence: str
    text: str


def check_speaker(name: str) -> str:
    """The name as it is used in file names. Raises ModelError when it isn't fit for that."""
    plain = name.strip().lower().replace(" ", "-")
    if not _SPEAKER.fullmatch(plain):
        raise ModelError(Message("collect.not_a_name", name=name))
    return plain


@dataclass(frozen=True)
class Collection:
    """The folder. Several people may share it."""

    folder: Path

    @property
    def manifest(self) -> Path:
        return self.folder / MANIFEST

    def rows(self) -> list[TakeRow]:
        """All that has been recorded. Raises ModelError when the manifest is another kind of file."""
        return [TakeRow(*row) for row in _read_table(self.manifest, _names(TakeRow))]

    def done(self, speaker: str) -> set[tuple[str, str]]:
        """(style, phrase shown) of each take of `speaker` whose file is there."""
        return {
            (row.style, row.shown)
            for row in self.rows()
            if row.speaker == speaker and (self.folder / row.file).is_file()
        }

    def consent_of(self, speaker: str) -> Consent | None:
        found = [Consent(*row) for row in _read_table(self.folder / CONSENT, _names(Consent))]
        return next((consent for consent in found if consent.speaker == speaker), None)

    def add_consent(self, consent: Consent) -> None:
        rows = _read_table(self.folder / CONSENT, _names(Consent))
        _write_table(self.folder / CONSENT, _names(Consent), [*rows, list(astuple(consent))])

    def add(self, row: TakeRow, take: Take) -> None:
        """Write the sound, read it back, then list it. On return both are on the disk.

        Raises AudioError when the disk gave back something else.
        """
        path = self.folder / row.file
        data = wav_bytes(Sound(take, RATE_HZ))
        write_whole(path, data)
        if path.read_bytes() != data:
            raise AudioError(Message("collect.not_stored", path=path))
        kept = [
            r for r in self.rows() if (r.speaker, r.style, r.shown) != (row.speaker, row.style, row.shown)
        ]
        _write_table(self.manifest, _names(TakeRow), [list(astuple(r)) for r in (*kept, row)])

    def withdraw(self, speaker: str) -> int:
        """Delete every recording of `speaker`, their rows and their consent; how many recordings."""
        rows = self.rows()
        gone = [row for row in rows if row.speaker == speaker]
        shutil.rmtree(self.folder / speaker, ignore_errors=True)
        if gone:
            kept = [list(astuple(row)) for row in rows if row.speaker != speaker]
            _write_table(self.manifest, _names(TakeRow), kept)
        consents = _read_table(self.folder / CONSENT, _names(Consent))
        if any(consent[0] == speaker for consent in consents):
            kept = [consent for consent in consents if consent[0] != speaker]
            _write_table(self.folder / CONSENT, _names(Consent), kept)
        return len(gone)


def _names(kind: type[TakeRow] | type[Consent]) -> list[str]:
    return [field.name for field in fields(kind)]


def _read_table(path: Path, columns: Sequence[str]) -> list[list[str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    if not rows or rows[0] != list(columns) or any(len(row) != len(columns) for row in rows):
        raise ModelError(Message("collect.not_ours", path=path))
    return rows[1:]


def _write_table(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="\t", lineterminator="\n")
    writer.writerows([columns, *rows])
    write_whole(path, buffer.getvalue().encode("utf-8"))
