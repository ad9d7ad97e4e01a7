"""A real mosquitto, a client that looks on as Home Assistant does, and a home with its process beside it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from skill.connect.mqtt.documents import Topics, node_of
from skill.connect.outbox import Outbox, outbox_file
from skill.connect.standing import troubles
from skill.journal.storage.store import Journal
from skill.messages.message import Message
from skill.paths import UserPaths
from skill.settings.file import load, save
from skill.settings.rules import Value, with_values
from tests.connect.process import Beside
from tests.connect.servers import OSLO, free_port

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
DANGER = {"sign": "T1", "advice": "113", "number": "113", "question": ""}


@contextmanager
def broker(folder: Path, *more: str, port: int = 0) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    folder.mkdir(exist_ok=True)
    port = port or free_port()
    user = ("user root",) if os.geteuid() == 0 else ()  # it would become one that can't read these files
    listens = (*user, f"listener {port} 127.0.0.1", *(more or ("allow_anonymous true",)))
    (folder / "mosquitto.conf").write_text("\n".join(listens) + "\n")
    process = subprocess.Popen(
        [str(MOSQUITTO), "-c", str(folder / "mosquitto.conf")], stderr=subprocess.DEVNULL
    )
    try:
        yield port, process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait(10)


@dataclass
class Onlooker:
    """A client that keeps what it sees, as Home Assistant does."""

    retained: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)
    client: Client = field(default_factory=lambda: Client(CallbackAPIVersion.VERSION2))

    def look(self, port: int) -> Onlooker:
        self.client.on_message = lambda _client, _data, message: self._take(
            message.topic, message.payload.decode(errors="replace")
        )
        self.client.on_connect = lambda client, *_: client.subscribe(
            [("krampevakt/#", 1), ("homeassistant/#", 1)]
        )
        for _ in range(100):
            try:
                self.client.connect("127.0.0.1", port)
                break
            except OSError:
                time.sleep(0.05)
        self.client.loop_start()
        return self

    def _take(self, topic: str, payload: str) -> None:
        self.retained[topic] = payload
        self.seen.append((topic, payload))

    def state(self, topics: Topics) -> dict[str, object]:
        return dict(json.loads(self.retained.get(topics.state) or "{}"))

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@dataclass
class Home:
    """A home with a journal, and the process beside it."""

    paths: UserPaths
    journal: Journal
    beside: Beside | None = None

    @property
    def topics(self) -> Topics:
        return Topics(node_of(self.journal.device))

    @property
    def outbox(self) -> Outbox:
        return Outbox(outbox_file(self.paths))

    def choose(self, **values: Value) -> None:
        chosen = {
            f"connect.{key}": value
            for key, value in ({"enabled": True, "mqtt_host": "127.0.0.1"} | values).items()
        }
        save(self.paths.settings_file, with_values(load(self.paths.settings_file), chosen))

    def start(self) -> None:
        self.beside = Beside(self.paths.data.parent)

    def write(self, kind: str, episode: str | None = None, **data: str) -> None:
        self.journal.append(kind, data, episode, datetime.now(OSLO))

    def trouble(self) -> Message:
        """The first sentence on the page that is about the broker."""
        found = troubles(self.paths, load(self.paths.settings_file).connect, datetime.now(UTC))
        return next(s for s in found if isinstance(s, Message) and s.key != "connect.not_running")
