"""The whole service in this process, and everybody who is told how it is: pages, machines, systemd, journal, doctor.

Only hearing's messages come from the test; the microphone stays closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from skill.events import Pulse
from skill.journal.figures.coverage import COVERAGE_KINDS, listening
from skill.journal.storage.lock import InstanceLock
from skill.journal.storage.store import Journal
from skill.service.bedside import RunningNight
from skill.service.checkup import running_service
from skill.service.clock import VirtualClock
from skill.service.live import LoopMessage
from tests.service.whole.held_night import HeldNight
from tests.speaking.tones import ToneVoice


@dataclass(frozen=True)
class Told:
    """What each of them says at one moment."""

    page: str  # its text
    code: int  # of /healthz
    listening: str  # in /healthz; "mute" where it says that it hears and can't be heard
    systemd: str  # the last message to it
    counted_as_heard: bool  # now, by the nights' coverage
    doctor: frozenset[tuple[str, str]]  # state and sentence, of the running service
    standing: frozenset[str]  # sentences that the service itself holds


class WatchedNight:
    """A service that runs, with a clock that moves by itself never."""

    def __init__(self, held: HeldNight, night: RunningNight, address: str, systemd: socket.socket) -> None:
        self._held = held
        self.night = night
        self._address = address
        self._systemd = systemd
        clock = night.ground.clock
        assert isinstance(clock, VirtualClock)
        self._clock = clock
        self._last = ""

    @property
    def now_s(self) -> float:
        return self._clock.now_s()

    async def deliver(self, *messages: LoopMessage) -> None:
        """And wait until they have been taken."""
        for message in messages:
            self.night.ground.loop.deliver(message)
        taken = asyncio.get_running_loop().create_future()
        self.night.ground.loop.deliver(lambda: taken.set_result(None))
        await taken

    async def pass_s(self, seconds: int, sign: Pulse | None) -> None:
        """Second by second; `sign` comes each second, moved to then, as does all that it says of times."""
        begun_s = self.now_s
        for _ in range(seconds):
            self._clock.advance(1.0)
            if sign is not None:
                await self.deliver(moved(sign, self.now_s - begun_s))
            self.night.ground.rounds.turn()
            await self.deliver()
            self._read_systemd()

    async def told(self) -> Told:
        page, _ = await asyncio.to_thread(self._get, "/status")
        answer, code = await asyncio.to_thread(self._get, "/healthz")
        self._read_systemd()
        health = json.loads(answer)
        with Journal.open(self._held.paths.database_file) as journal:
            rows = journal.device_events(kinds=COVERAGE_KINDS)
        now = self._clock.wall()
        spans = listening(rows, now)
        return Told(
            page,
            code,
            health["listening"] if health["speaking"] else "mute",
            self._last,
            bool(spans) and spans[-1].end == now,
            frozenset((f.state, f.sentence) for f in running_service(self._held.paths, self._clock)),
            frozenset(fault.sentence for fault in self.night.health.health.faults),
        )

    def _read_systemd(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                self._last = self._systemd.recv(4000).decode()

    def _get(self, path: str) -> tuple[str, int]:
        try:
            with urllib.request.urlopen(self._address + path, timeout=20) as answer:
                return answer.read().decode(), answer.status
        except urllib.error.HTTPError as error:
            return error.read().decode(), error.code


def moved(sign: Pulse, seconds: float) -> Pulse:
    """The same sign of life so much later; what it proved, it proves then, and silence goes on."""
    later = None if sign.proved_at_s is None else sign.proved_at_s + seconds
    frame = None if sign.frame_at_s is None else sign.frame_at_s + seconds
    return Pulse(
        sign.at_s + seconds, sign.frames, sign.decoded_s, sign.level_dbfs, sign.device, later,
        sign.nothing_real_since_s, sign.instead_of, sign.dropped, frame, sign.standing,
    )  # fmt: skip


@contextlib.asynccontextmanager
async def watched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WatchedNight]:
    held, addresses = HeldNight(folder), []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(folder / "notify"))
        systemd.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(folder / "notify"))
        ready = asyncio.Event()
        loop = asyncio.get_running_loop()

        def on_ready(address: str) -> None:
            addresses.append(address)
            loop.call_soon_threadsafe(ready.set)

        with InstanceLock(held.paths.lock_file):
            choices = replace(held.choices(on_ready=on_ready), voice=ToneVoice())
            night = RunningNight.wire(held.paths, choices)
            running = asyncio.create_task(night.run())
            await asyncio.wait_for(ready.wait(), 20)
            seen = WatchedNight(held, night, addresses[0], systemd)
            await seen.deliver(lambda: night.health.switched(on=True))
            try:
                yield seen
            finally:
                night.ground.loop.stop()
                await asyncio.wait_for(running, 20)
