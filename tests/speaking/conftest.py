"""A sound card for tests: a private PulseAudio whose null sinks can be recorded, lost and brought back."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from skill.audio.portaudio import load_portaudio
from skill.audio.samples import Samples

RATE_HZ = 48_000
PROGRAMS = ("pulseaudio", "pactl", "parec")


class SoundCard:
    """The sink "speaker", which is the default; "hole" keeps it awake (a null sink sleeps in long blocks)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = f"unix:{folder}/native"
        self.modules: dict[str, str] = {}

    def start(self) -> None:
        for door in (
            "native",
            "cli",
        ):  # a server that was killed leaves them, and the next one would not open
            (self.folder / door).unlink(missing_ok=True)
        own = {"PULSE_RUNTIME_PATH": "run", "PULSE_STATE_PATH": "", "XDG_RUNTIME_DIR": "", "HOME": ""}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PULSE_")}
        self._daemon = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--realtime=no",
             "-L", f"module-native-protocol-unix socket={self.folder}/native auth-anonymous=1",
             "-L", f"module-cli-protocol-unix socket={self.folder}/cli"],
            env=kept | {name: str(self.folder / sub) for name, sub in own.items()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until_s = time.monotonic() + 60
        while not (self.folder / "native").exists() and time.monotonic() < until_s:
            time.sleep(0.02)
        self._load("hole", "module-null-sink", "sink_name=hole")
        self.connect()

    @property
    def pid(self) -> int:
        """Of the server."""
        return self._daemon.pid

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self._daemon.send_signal(how)
        try:
            self._daemon.wait(5)
        except subprocess.TimeoutExpired:
            self._daemon.kill()
            self._daemon.wait(5)

    def connect(self) -> None:
        self._load("speaker", "module-null-sink", "sink_name=speaker", f"rate={RATE_HZ}", "channels=1")
        self._load("awake", "module-loopback", "source=speaker.monitor", "sink=hole", "latency_msec=20")
        self.pactl("set-default-sink", "speaker")

    def end_streams(self) -> None:
        """What a pulled plug looks like: the server ends every stream of every program."""
        for line in self.pactl("list", "short", "sink-inputs").splitlines():
            number, _sink, client, *_ = line.split("\t")
            if client != "-":  # the server's own loop has no client
                with socket.socket(socket.AF_UNIX) as command:
                    command.connect(str(self.folder / "cli"))
                    command.sendall(f"kill-sink-input {number}\n".encode())
                    command.settimeout(0.5)
                    with contextlib.suppress(TimeoutError):
                        command.recv(4096)

    def suspend(self, suspended: bool) -> None:
        """A device that is there and takes nothing."""
        self.pactl("suspend-sink", "speaker", str(int(suspended)))

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        """The server is there and answers nobody."""
        self._daemon.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._daemon.send_signal(signal.SIGCONT)

    def pactl(self, *words: str) -> str:
        environment = os.environ | {"PULSE_SERVER": self.server}
        return subprocess.run(
            ["pactl", *words], env=environment, capture_output=True, text=True, timeout=60, check=True
        ).stdout

    def _load(self, name: str, *words: str) -> None:
        self.modules[name] = self.pactl("load-module", *words).strip()


class Recording:
    """What the sink plays, from now on."""

    def __init__(self, card: SoundCard) -> None:
        self._file = tempfile.TemporaryFile(dir=card.folder)  # noqa: SIM115
        self._parec = subprocess.Popen(
            ["parec", "--latency-msec=20", "--device=speaker.monitor", "--raw", "--format=s16le",
             f"--rate={RATE_HZ}", "--channels=1"],
            env=os.environ | {"PULSE_SERVER": card.server},
            stdout=self._file,
        )  # fmt: skip
        self._wait_for(0.02)

    @property
    def seconds(self) -> float:
        """So much was recorded."""
        return self._size() / 2 / RATE_HZ

    def stop(self) -> Samples:
        """Everything up to now, shape (n,) at RATE_HZ."""
        self._wait_for(0.3)  # what has sounded is on its way still
        self._parec.send_signal(signal.SIGTERM)
        self._parec.wait(10)
        self._file.seek(0)
        data = self._file.read()
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16)

    def _wait_for(self, seconds: float) -> None:
        """Until so much more sound was recorded."""
        wanted = self._size() + round(seconds * RATE_HZ) * 2
        until_s = time.monotonic() + 10
        while self._size() < wanted and time.monotonic() < until_s:
            time.sleep(0.01)

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size


@pytest.fixture(scope="session")
def sound_card() -> Iterator[SoundCard]:
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    pytest.importorskip("sounddevice", exc_type=OSError, reason="needs PortAudio")
    with private_sound_card() as card:
        yield card


@contextlib.contextmanager
def private_sound_card(make: Callable[[Path], SoundCard] = SoundCard) -> Iterator[SoundCard]:
    """Runs, and is this process's default, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="kv-", ignore_cleanup_errors=True) as name:
        card = make(Path(name))
        (card.folder / "asound.conf").write_text(
            "</usr/share/alsa/alsa.conf>\n"
            f'pcm.!default {{ type pulse server "{card.server}" }}\n'
            f'ctl.!default {{ type pulse server "{card.server}" }}\n'
        )
        changed = {"PULSE_SERVER": card.server, "ALSA_CONFIG_PATH": str(card.folder / "asound.conf")}
        before = {variable: os.environ.get(variable) for variable in changed}
        os.environ.update(changed)
        card.start()
        try:
            load_portaudio(renew=True)
            yield card
        finally:
            card.stop()
            for variable, value in before.items():
                os.environ.pop(variable)
                if value is not None:
                    os.environ[variable] = value


@pytest.fixture
def recording(sound_card: SoundCard) -> Recording:
    return Recording(sound_card)
