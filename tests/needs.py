"""What some tests need from the machine; without it they are skipped, and say why."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from skill.paths import models_dir

_MODEL = os.environ.get("KRAMPEVAKT_MODEL") or str(models_dir() / "nb")

needs_model = pytest.mark.skipif(
    not os.path.isfile(os.path.join(_MODEL, "am", "final.mdl")),  # noqa: PTH118, PTH113  evaluated at import
    reason="models/nb holds no acoustic model here",
)
needs_pulseaudio = pytest.mark.skipif(
    not all(map(shutil.which, ("pulseaudio", "pactl", "paplay", "parec"))),
    reason="PulseAudio is not installed",
)

LIBFAKETIME = next(iter(sorted(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"))), None)
needs_faketime = pytest.mark.skipif(LIBFAKETIME is None, reason="libfaketime is not installed")
needs_pipewire = pytest.mark.skipif(
    not all(map(shutil.which, ("pipewire", "wireplumber", "pipewire-pulse", "dbus-run-session", "pactl"))),
    reason="PipeWire is not installed",
)
