"""What the sound server (PulseAudio, or PipeWire through its PulseAudio door) does with our sound, by its own `pactl`.

PortAudio knows nothing of it: a sink that is muted, turned down or gone takes blocks as before.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

SoundTrouble = Literal["muted", "turned_down", "gone"]

_LIMIT_S = 5.0
_TURNED_DOWN_PERCENT = 5
_NO_DEVICE = "auto_null"  # what PulseAudio and PipeWire put in place of the last device that went


@dataclass(frozen=True, slots=True)
class ServerSide:
    """One direction: the device that the server uses for it, as a person knows it, and what is wrong with it."""

    device: str
    trouble: SoundTrouble | None = None
    name: str = ""  # the server's own, different for each device


@dataclass(frozen=True, slots=True)
class ServerView:
    """The server's side of hearing and speaking."""

    loudspeaker: ServerSide
    microphone: ServerSide


def look_at_server() -> ServerView | None:
    """None where there is no sound server, or it doesn't answer."""
    try:
        sinks, sources, info = _asked("list", "sinks"), _asked("list", "sources"), _asked("info")
        streams = _asked("list", "sink-inputs")
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    ours = [each for each in streams if _process(each) == str(os.getpid())]
    return server_view(sinks, sources, info, ours)


def server_view(
    sinks: Sequence[Mapping[str, Any]],
    sources: Sequence[Mapping[str, Any]],
    info: Mapping[str, Any],
    ours: Sequence[Mapping[str, Any]] = (),
) -> ServerView:
    """From what `pactl --format=json` answers to list sinks, list sources and info.

    `ours`: this process's own of its sink inputs, which somebody may have moved or muted by themselves.
    """
    microphones = [source for source in sources if not source.get("monitor_source")]
    speaking = _side(sinks, str(info.get("default_sink_name", "")))
    for stream in ours:
        sink = next((str(each["name"]) for each in sinks if each.get("index") == stream.get("sink")), "")
        speaking = _side(sinks, sink) if sink else speaking
        if stream.get("mute"):
            speaking = ServerSide(speaking.device, "muted", speaking.name)
    return ServerView(speaking, _side(microphones, str(info.get("default_source_name", ""))))


def _process(stream: Mapping[str, Any]) -> str:
    return str(stream.get("properties", {}).get("application.process.id", ""))


def _side(devices: Sequence[Mapping[str, Any]], default: str) -> ServerSide:
    device = next((d for d in devices if d.get("name") == default), None)
    if device is None or default == _NO_DEVICE:
        return ServerSide("", "gone")
    name = str(device.get("description") or default)
    if device.get("mute"):
        return ServerSide(name, "muted", default)
    volumes = device.get("volume", {}).values()
    percents = [int(str(volume.get("value_percent", "100%")).rstrip("%")) for volume in volumes]
    trouble: SoundTrouble | None = (
        "turned_down" if percents and max(percents) < _TURNED_DOWN_PERCENT else None
    )
    return ServerSide(name, trouble, default)


def _asked(*words: str) -> Any:
    done = subprocess.run(
        ["pactl", "--format=json", *words],
        env=os.environ | {"LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_LIMIT_S,
        check=True,
    )
    return json.loads(done.stdout)
