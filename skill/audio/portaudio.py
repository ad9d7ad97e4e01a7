"""PortAudio, for hearing, speaking and collecting alike: its library, its devices, and how one is found by name.

PortAudio numbers devices afresh at every start, and ALSA writes a number of its own into the name ("(hw:2,0)"), which
changes when something else is plugged in. So a device is known by its name without any number.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from skill.errors import AudioError
from skill.messages.message import Message

Direction = Literal["input", "output"]

_NUMBERS = re.compile(
    r"\s*\((?:plug)?hw:[^)]*\)"  # ALSA: card and device
    r"|(?<=\()\d+\s*-\s+"  # Windows: "Microphone (2- USB Audio)"
    r"|\s+#\d+\b"  # ALSA: the second of a kind
)


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """A microphone or loudspeaker as PortAudio lists it; `index` holds until PortAudio is restarted."""

    index: int
    name: str
    channels: int
    rate_hz: int
    is_default: bool


@dataclass(frozen=True, slots=True)
class ChosenDevice:
    """`instead_of` is the wished name where that one is missing and `device` stands in for it, else ""."""

    device: AudioDevice
    instead_of: str = ""


def load_portaudio(renew: bool = False) -> Any:
    """The sounddevice module. `renew` lists the system's devices again; all open streams of this process end.

    Raises AudioError, with the line to type, where PortAudio is missing.
    """
    try:
        with quiet_drivers():
            sounddevice = importlib.import_module("sounddevice")
            if renew:
                sounddevice._terminate()
                sounddevice._initialize()
    except OSError as error:  # PortAudio's library is not part of the Linux wheel
        linux = sys.platform == "linux"
        command = "sudo apt install libportaudio2" if linux else "pip install --force-reinstall sounddevice"
        raise AudioError(Message("audio.portaudio_missing", command=command)) from error
    except Exception as error:
        raise AudioError(Message("audio.system_not_started", error=error)) from error
    return sounddevice


def keep_portaudio() -> None:
    """Don't end PortAudio with this process: a stream that is stuck in a call would make that an abort."""
    with contextlib.suppress(AudioError, AttributeError):
        atexit.unregister(load_portaudio()._exit_handler)


def list_devices(direction: Direction, renew: bool = False) -> tuple[AudioDevice, ...]:
    """All devices of this direction, in PortAudio's order. Raises AudioError when PortAudio doesn't answer."""
    sounddevice = load_portaudio(renew)
    try:
        with quiet_drivers():
            return described(sounddevice.query_devices(), sounddevice.default.device, direction)
    except sounddevice.PortAudioError as error:
        raise AudioError(Message("audio.system_silent", error=error)) from error


def described(infos: Any, defaults: Sequence[int], direction: Direction) -> tuple[AudioDevice, ...]:
    """Devices from sounddevice's descriptions; `defaults` are the numbers of the default input and output."""
    default = defaults[0 if direction == "input" else 1]
    return tuple(
        AudioDevice(
            index,
            str(info["name"]),
            int(info[f"max_{direction}_channels"]),
            round(info["default_samplerate"]),
            index == default,
        )
        for index, info in enumerate(infos)
        if info[f"max_{direction}_channels"] > 0
    )


def identity(name: str) -> str:
    """The name without what changes when cards are numbered anew."""
    return " ".join(_NUMBERS.sub("", name).split()).casefold()


def find_named(name: str, devices: Sequence[AudioDevice]) -> AudioDevice | None:
    """The device of this name: to the letter, else without numbers, else one whose name holds it."""
    wished = identity(name)
    for same in (
        lambda device: device.name == name,
        lambda device: identity(device.name) == wished,
        lambda device: bool(wished) and wished in identity(device.name),
    ):
        found = next((device for device in devices if same(device)), None)
        if found is not None:
            return found
    return None


def choose_device(name: str, devices: Sequence[AudioDevice]) -> ChosenDevice | None:
    """The device called `name` ("" is the default), the default in place of a missing one, None where there is none."""
    if not devices:
        return None
    default = next((device for device in devices if device.is_default), devices[0])
    if not name:
        return ChosenDevice(default)
    found = find_named(name, devices)
    return ChosenDevice(default, name) if found is None else ChosenDevice(found)


@contextlib.contextmanager
def quiet_drivers() -> Iterator[None]:
    """Without the dozens of lines that ALSA and JACK write to standard error whenever devices are listed."""
    try:
        sys.stderr.flush()
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except (OSError, ValueError, AttributeError):  # a standard error that is gone needs no quiet
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
