"""What a folder of spoken sentences holds: models/voices/<language>/<speaker>/manifest.json and its Opus files."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from skill.audio.sound import Sound, from_float
from skill.errors import VoiceError
from skill.files import replaced_when_whole
from skill.messages.message import Message

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """One sentence: the file that says it, the hash of that file, and the sounds that were asked of the engine."""

    file: str
    sha256: str
    sounds: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`sentences`: the sentence as prompts/ has it → what says it. `rate_wpm`: words a minute, pauses included."""

    language: str
    speaker: str
    engine: str
    style: str
    rate_wpm: int
    pause_s: float  # between two sentences of a text, at that rate
    sentences: Mapping[str, SpokenSentence]


def read_pack(folder: Path) -> Manifest:
    """The manifest of a folder.

    Raises:
        VoiceError: it is missing, unreadable or of another format.
    """
    file = folder / MANIFEST
    try:
        raw: Any = json.loads(file.read_text("utf-8"))
        if raw.pop("format") != FORMAT:
            raise VoiceError(Message("speaking.spoken_other_format", file=file, instead=_instead()))
        said = {text: SpokenSentence(**each) for text, each in raw.pop("sentences").items()}
        return Manifest(**raw, sentences=said)
    except OSError as error:
        why = error.strerror or ""
        raise VoiceError(
            Message("speaking.spoken_missing", file=file, error=why, instead=_instead())
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken(file, str(error)) from error


def save_pack(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest of a folder, whole or not at all. Sorted, so that a difference can be read."""
    raw = {"format": FORMAT, **asdict(manifest), "sentences": {}}
    raw["sentences"] = {text: asdict(manifest.sentences[text]) for text in sorted(manifest.sentences)}
    with replaced_when_whole(folder / MANIFEST) as file:
        file.write(json.dumps(raw, ensure_ascii=False, indent=1) + "\n")
    (folder / MANIFEST).chmod(0o644)


def spoken_bytes(folder: Path, said: SpokenSentence) -> bytes:
    """The file of one sentence, checked against its hash. Raises VoiceError: it is missing or damaged."""
    try:
        data = (folder / said.file).read_bytes()
    except OSError as error:
        raise _broken(folder / said.file, error.strerror or "") from error
    if hashlib.sha256(data).hexdigest() != said.sha256:
        raise _broken(folder / said.file, Message("speaking.spoken_changed"))
    return data


def read_spoken(folder: Path, said: SpokenSentence) -> Sound:
    """The sound of one sentence. Raises VoiceError: its file is missing, damaged or no sound."""
    import soundfile

    data = spoken_bytes(folder, said)
    try:
        samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="float64", always_2d=True)
        return from_float(samples[:, 0], rate_hz)
    except soundfile.LibsndfileError as error:
        raise _broken(folder / said.file, str(error)) from error


def _broken(file: Path, why: str) -> VoiceError:
    return VoiceError(Message("speaking.spoken_broken", file=file, error=why, instead=_instead()))


def _instead() -> Message:
    return Message("speaking.engine_instead")
