"""What crosses the border between the service and the hearing process: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from skill.events import Fault, Heard, Intent, Pulse, SpeechBegan, Unclear
from skill.hearing.echo.own_sound import Played
from skill.hearing.process.recording import RecordedSound, RecordSound
from skill.languages import Language
from skill.messages.message import sentence_as_json, sentence_from_json


@dataclass(frozen=True, slots=True)
class MicrophoneChoice:
    """Which microphone to open: a device by name ("" is the default), a sound file, or a pipe of raw samples.

    A file is played at `speed` times real time, and then there is silence.
    """

    kind: Literal["device", "file", "pipe"] = "device"
    name: str = ""
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class HearingConfig:
    """All that the hearing process needs to know. The first model folder that can be used is used."""

    models: tuple[str, ...]
    prompts: str
    language: Language = "nb"
    microphone: MicrophoneChoice = field(default_factory=MicrophoneChoice)
    grammar: str = "idle"
    second_ear: str = ""  # folder of its weights; "" for none
    personal: str = ""  # file with what was learned of the one who sleeps here; "" for none
    personal_version: int = 0  # another one, and hearing begins anew with the file
    echo_cancelling: bool = False  # it will be told what our own loudspeaker plays
    allow_without_unknown: bool = False
    largest_mb: int = 450  # resident memory above which the process renews itself between utterances


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded; listening begins."""

    model: str
    missing: tuple[str, ...]  # live phrases that the model can't hear
    start_s: float


@dataclass(frozen=True, slots=True)
class ListenTurn:
    """The loop has turned, with or without a frame. Only the supervisor sees it."""

    at_s: float
    busy_s: float = 0.0  # so long may it take to the next sign of life: a driver is asked for something


@dataclass(frozen=True, slots=True)
class Log:
    """A traceback or another line for the log."""

    text: str


@dataclass(frozen=True, slots=True)
class ListenTo:
    grammar: str


@dataclass(frozen=True, slots=True)
class OwnVoice:
    playing: bool


@dataclass(frozen=True, slots=True)
class Shutdown:
    pass


WireMessage = Heard | Unclear | SpeechBegan | Pulse | Fault | Ready | ListenTurn | Log | RecordedSound
Command = HearingConfig | ListenTo | OwnVoice | Played | RecordSound | Shutdown

_MESSAGES: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (Heard, Unclear, SpeechBegan, Pulse, Fault, Ready, ListenTurn, Log, RecordedSound)
}
_COMMANDS: Mapping[str, type] = {
    kind.__name__: kind for kind in (HearingConfig, ListenTo, OwnVoice, Played, RecordSound, Shutdown)
}


def encode(what: WireMessage | Command) -> bytes:
    """One line."""
    fields = {"": type(what).__name__, **asdict(what)}
    if isinstance(what, Fault):
        fields["sentence"] = sentence_as_json(what.sentence)
    # a folder's name may be no UTF-8; json reads such letters again as they were
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def decode_message(line: bytes) -> WireMessage:
    """Raises ValueError for a line that isn't one of ours."""
    fields = _fields(line)
    kind = _MESSAGES.get(fields.pop("", ""))
    if kind is None:
        raise ValueError(f"not a message: {line[:80]!r}")
    if "intent" in fields:
        fields["intent"] = Intent(**fields["intent"])
    if "sentence" in fields:
        fields["sentence"] = sentence_from_json(fields["sentence"])
    for name in ("missing", "standing"):
        if name in fields:
            fields[name] = tuple(fields[name])
    message: WireMessage = kind(**fields)
    return message


def decode_command(line: bytes) -> Command:
    """Raises ValueError for a line that isn't one of ours."""
    fields = _fields(line)
    kind = _COMMANDS.get(fields.pop("", ""))
    if kind is None:
        raise ValueError(f"not a command: {line[:80]!r}")
    if kind is HearingConfig:
        fields["models"] = tuple(fields["models"])
        fields["microphone"] = MicrophoneChoice(**fields["microphone"])
    command: Command = kind(**fields)
    return command


def _fields(line: bytes) -> dict[str, Any]:
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise ValueError(f"not an object: {line[:80]!r}")
    return fields
