"""The file with what was learned: written whole, private, and gone with `krampevakt erase`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from skill.errors import AudioError
from skill.files import write_whole
from skill.hearing.personal import Personal
from skill.messages.message import Message


def keep(file: Path, personal: Personal) -> None:
    """Raises AudioError where it can't be written; what was there before then stays."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(file, json.dumps(asdict(personal), ensure_ascii=False).encode())
    except OSError as error:
        raise AudioError(Message("enrol.not_written", file=file, error=error.strerror)) from error
