"""A bedroom made of PulseAudio: what is played into it is heard by the microphone, the loudspeaker is recorded."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile

from skill.audio.samples import RATE_HZ, Samples
from tests.speaking.conftest import RATE_HZ as CARD_HZ
from tests.speaking.conftest import SoundCard, private_sound_card

AUDIBLE = 60  # samples above this (-55 dBFS) are sound


class VirtualRoom:
    """The source «mic» and the sink «speaker» of a private sound card are the defaults."""

    def __init__(self, card: SoundCard) -> None:
        self.card = card
        self.microphone = "mic"
        self._playing: list[subprocess.Popen[bytes]] = []
        self._heard = tempfile.TemporaryFile(dir=card.folder)  # noqa: SIM115  closed with the room
        self._furnish()

    def _furnish(self) -> None:
        self._load("module-null-sink", "sink_name=room", "rate=48000", "channels=1")
        self._load("module-loopback", "source=room.monitor", "sink=hole", "latency_msec=20")
        self._remap = self._load(
            "module-remap-source", f"source_name={self.microphone}", "master=room.monitor"
        )
        self.card.pactl("set-default-source", self.microphone)
        self._record()

    def _record(self) -> None:
        self._recorder = subprocess.Popen(
            ["parec", "--latency-msec=20", "--device=speaker.monitor", "--raw", "--format=s16le",
             f"--rate={CARD_HZ // 6}", "--channels=1"], env=self._environment, stdout=self._heard,
        )  # fmt: skip

    def server_dies(self, how: signal.Signals = signal.SIGKILL) -> None:
        """The sound server ends, and every stream of every program with it."""
        self.card.stop(how)
        for process in (*self._playing, self._recorder):
            process.kill()
            process.wait(10)
        self._playing = []

    def server_comes_again(self) -> None:
        """Started anew, with the same devices."""
        self.card.start()
        self._furnish()

    def microphone_becomes(self, rate_hz: int, channels: int) -> None:
        """It goes, and comes back under its name with this rate and so many channels."""
        self._end("source-outputs", "kill-source-output")
        self.card.pactl("unload-module", self._remap)
        stereo = ["channel_map=left,right", "master_channel_map=mono,mono"] if channels > 1 else []
        shape = [f"rate={rate_hz}", f"channels={channels}", *stereo, "remix=yes"]
        name = f"source_name={self.microphone}"
        self._remap = self._load("module-remap-source", name, "master=room.monitor", *shape)
        self.card.pactl("set-default-source", self.microphone)

    def _load(self, *words: str) -> str:
        return self.card.pactl("load-module", *words).strip()

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | {"PULSE_SERVER": self.card.server}

    def play(self, sound: Path) -> subprocess.Popen[bytes]:
        """Begin to play a file into the room; it goes on beside what plays already."""
        player = subprocess.Popen(["paplay", "--device=room", str(sound)], env=self._environment)
        self._playing = [each for each in self._playing if each.poll() is None] + [player]
        return player

    def say(self, sound: Samples) -> None:
        """Play samples of 16 kHz, and come back when they have sounded."""
        with tempfile.NamedTemporaryFile(suffix=".wav", dir=self.card.folder) as file:
            soundfile.write(file.name, sound, RATE_HZ)
            self.play(Path(file.name)).wait(60)

    def hears_the_loudspeaker(self, late_ms: int = 50) -> None:
        """From now on what it plays comes back into the microphone."""
        self._load("module-loopback", "source=speaker.monitor", "sink=room", f"latency_msec={late_ms}")

    def stall(self, stalled: bool) -> None:
        """The microphone is there and gives nothing."""
        self.card.pactl("suspend-source", self.microphone, str(int(stalled)))

    def pull_microphone(self) -> None:
        """No sound from it, and the server ends the streams; `stall(False)` brings it back."""
        self.stall(True)
        self._end("source-outputs", "kill-source-output")

    def rename_microphone(self, name: str) -> None:
        """It goes, and comes back as another one."""
        self._end("source-outputs", "kill-source-output")
        self.card.pactl("unload-module", self._remap)
        self._remap = self._load("module-remap-source", f"source_name={name}", "master=room.monitor")
        self.card.pactl("set-default-source", name)
        self.microphone = name

    def pull_loudspeaker(self) -> None:
        """It takes nothing, and the streams end; `card.suspend(False)` brings it back."""
        self.card.suspend(True)
        self._end("sink-inputs", "kill-sink-input", but=[player.pid for player in self._playing])

    def speaker_comes_back(self) -> None:
        """After its sink was unloaded, which ended the recorder's stream too."""
        self.card.connect()
        self._recorder.kill()
        self._recorder.wait(10)
        self._record()

    def recorded(self) -> int:
        """How many samples of the loudspeaker there are by now, for `sounded_since`."""
        return os.fstat(self._heard.fileno()).st_size // 2

    def sounded_since(self, sample: int) -> bool:
        """Has the loudspeaker given any sound from this sample on?"""
        data = os.pread(self._heard.fileno(), 2**24, sample * 2)
        samples = np.frombuffer(data[: len(data) // 2 * 2], np.int16)
        return bool(np.any(np.abs(samples.astype(np.int32)) > AUDIBLE))

    def _end(self, what: str, command: str, but: list[int] | None = None) -> None:
        """End the streams of every program but the recorder and the players."""
        kept = {str(pid) for pid in [self._recorder.pid, *(but or [])]}
        owners = self._owners()
        for line in self.card.pactl("list", "short", what).splitlines():
            number, _, client, *_ = line.split("\t")
            if client == "-" or owners.get(client) in kept:
                continue
            with socket.socket(socket.AF_UNIX) as control:
                control.connect(str(self.card.folder / "cli"))
                control.sendall(f"{command} {number}\n".encode())
                control.settimeout(0.3)
                with contextlib.suppress(TimeoutError):
                    control.recv(4096)

    def _owners(self) -> dict[str, str]:
        """Number of each client of the server → process id."""
        owners, number = {}, ""
        for line in self.card.pactl("list", "clients").splitlines():
            if line.startswith("Client #"):
                number = line.removeprefix("Client #").strip()
            elif "application.process.id" in line:
                owners[number] = line.split('"')[1]
        return owners

    def close(self) -> None:
        for process in (*self._playing, self._recorder):
            process.kill()
            process.wait(10)
        self._heard.close()


@contextlib.contextmanager
def virtual_room(make: Callable[[Path], SoundCard] = SoundCard) -> Iterator[VirtualRoom]:
    """Its microphone and loudspeaker are the defaults of this process and its children until the end of the block."""
    with private_sound_card(make) as card:
        room = VirtualRoom(card)
        try:
            yield room
        finally:
            room.close()
