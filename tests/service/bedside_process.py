"""The real service as a person starts it: `krampevakt run` in a process of its own, on a recording as microphone."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skill.audio.wav import WavWriter
from skill.hearing.capture.microphone import WavMicrophone
from skill.paths import prompts_dir

CLIPS = prompts_dir() / "demo" / "clips"


def clip(voice: str, words: str) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    path = CLIPS / voice / f"{words.replace(' ', '_')}.flac"
    return np.frombuffer(b"".join(WavMicrophone(path)), np.int16)


def recording(path: Path, parts: Sequence[tuple[float, str, str]]) -> Path:
    """A sound file in which each (silence before in seconds, voice, words) follows the other."""
    rng = np.random.default_rng(1)
    pieces = []
    for silence_s, voice, words in parts:
        pieces += [np.zeros(round(silence_s * 16_000), np.int16), clip(voice, words)]
    samples = np.concatenate([*pieces, np.zeros(8_000, np.int16)]).astype(np.float64)
    samples += rng.normal(0, 12, len(samples))  # no bedroom is digitally silent
    with WavWriter(path, 16_000) as file:
        file.write(np.clip(samples, -32768, 32767).astype(np.int16))
    return path


@dataclass(frozen=True)
class Row:
    """One row of the journal."""

    uuid: str
    kind: str
    data: dict[str, object]

    def text(self, name: str) -> str:
        return str(self.data.get(name, ""))


class RunningService:
    """Started at once; `stop` ends it as systemd would, `kill` as a power cut would."""

    def __init__(
        self,
        home: Path,
        microphone: Path | None = None,
        environment: dict[str, str] | None = None,
        *,
        module: str = "skill",
        words: Sequence[str] = (),
        given_port: bool = True,
    ) -> None:
        """`module` other than our own program is given --home, --port and `words`."""
        self.home = home
        self.port = _free_port()
        self.log = home / "log.txt"
        home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", module, "--home", str(home)]
        command += [*(["run"] if module == "skill" else []), *words]
        command += ["--port", str(self.port)] if given_port else []
        if microphone is not None:
            command += ["--microphone-file", str(microphone)]
        self._output = self.log.open("ab")
        self.process = subprocess.Popen(
            command, stdout=self._output, stderr=self._output, env={**os.environ, **(environment or {})}
        )

    @classmethod
    def beside(cls, home: Path, process: subprocess.Popen[bytes]) -> RunningService:
        """One that was started otherwise, to look into its journal; its pages can't be reached."""
        made = cls.__new__(cls)
        made.home, made.process, made.port, made.log = home, process, 0, Path(os.devnull)
        return made

    def status(self) -> dict[str, object]:
        """What /healthz answers; empty while nothing does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.loads(error.read() or b"{}"))
        except (OSError, ValueError):
            return {}

    def events(self) -> tuple[Row, ...]:
        """Everything in its journal, read beside it without taking any lock."""
        path = self.home / "data" / "journal.db"
        try:
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as journal:
                found = journal.execute("SELECT uuid, kind, data FROM events ORDER BY id").fetchall()
        except sqlite3.OperationalError:  # not made yet
            return ()
        return tuple(Row(uuid, kind, json.loads(data)) for uuid, kind, data in found)

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events()]

    def wait_for(self, condition: Callable[[], bool], limit_s: float = 60.0) -> None:
        """Poll; AssertionError with the service's own words when it never comes true."""
        until_s = time.monotonic() + limit_s
        while time.monotonic() < until_s:
            if condition():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"{self.log.read_text('utf-8', 'replace')[-2000:]}\n{self.kinds()}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self._output.close()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self._output.close()
        return code


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
