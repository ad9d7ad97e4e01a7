"""The same private sound card made of PipeWire, as most new Linux systems have it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time

from tests.speaking.conftest import SoundCard

PROGRAMS = ("pipewire", "wireplumber", "pipewire-pulse", "dbus-run-session")


class PipeWireCard(SoundCard):
    """PipeWire, its session manager and its PulseAudio door, with a message bus of their own."""

    def start(self) -> None:
        (self.folder / "native").unlink(missing_ok=True)
        kept = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("PULSE_", "PIPEWIRE_", "DBUS_"))
        }  # fmt: skip
        here = str(self.folder)
        own = dict.fromkeys(("XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "PIPEWIRE_RUNTIME_DIR", "HOME"), here)
        started = "pipewire & sleep 0.5; wireplumber & sleep 0.5; exec pipewire-pulse"
        self._daemon = subprocess.Popen(
            ["dbus-run-session", "--", "sh", "-c", started],
            env=kept | own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self._answers("info")
        self._load("hole", "module-null-sink", "sink_name=hole")
        self.connect()

    def connect(self) -> None:
        super().connect()
        self._answers("get-default-sink", "speaker")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._daemon.pid, how)
        with contextlib.suppress(ProcessLookupError):  # none may outlive the others
            time.sleep(0.3)
            os.killpg(self._daemon.pid, signal.SIGKILL)
        self._daemon.wait(10)

    def _answers(self, word: str, what: str = "") -> None:
        until_s = time.monotonic() + 60
        while time.monotonic() < until_s:
            with contextlib.suppress(subprocess.SubprocessError):
                if what in self.pactl(word):
                    return
            time.sleep(0.2)
        raise AssertionError(f"PipeWire does not answer {word}")
