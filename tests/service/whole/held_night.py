"""The whole service in this process, in the hands of a test: somebody cries, and it must be answered."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from skill.content.in_force import load_contents
from skill.events import Fault, Heard, Intent
from skill.journal.storage.lock import InstanceLock
from skill.paths import UserPaths, prompts_dir
from skill.service.assembly import Choices
from skill.service.bedside import RunningNight
from skill.service.clock import VirtualClock
from skill.speaking.loudspeaker.wav import WavLoudspeaker
from tests.speaking.tones import ToneVoice

ANSWERED_S = 10.0  # of real time, on a busy machine; the answer itself needs milliseconds
FAILING = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EINTR)
DUMB = ToneVoice(dumb=load_contents(prompts_dir(), "nb").script.texts.values())  # the bundled sounds speak
CRY = Heard(Intent("cramp", "calf"), "krampe i leggen", "idle", 0.0)
_WATCHED = frozenset(
    {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.listdir", "os.scandir", "os.chmod",
     "os.truncate", "sqlite3.connect", "shutil.rmtree", "shutil.copyfile", "tempfile.mkstemp"}
)  # fmt: skip


@dataclass
class FileFaults:
    """Counts file operations below `folder`, and lets one of them fail: number `at`, or every one from `at` on."""

    folder: Path
    at: int = -1
    number: int = errno.ENOSPC
    from_then_on: bool = False
    seen: int = 0
    what: list[str] = field(default_factory=list)

    def happens(self, event: str, path: object) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        name = os.fsdecode(path)
        if str(self.folder) not in name:
            return
        here, self.seen = self.seen, self.seen + 1
        self.what.append(f"{event} {name.replace(str(self.folder), '')}")
        if here == self.at or (self.from_then_on and 0 <= self.at <= here):
            raise OSError(self.number, os.strerror(self.number), name)

    def happening(self) -> contextlib.AbstractContextManager[object]:
        """In all threads of this process."""
        return failing(self)


class Trouble(Protocol):
    """What happens to files while a block runs."""

    def happening(self) -> contextlib.AbstractContextManager[object]: ...


class _Hook:
    """An audit hook can't be taken out again, so there is one, and it asks whether a test is interested."""

    now: FileFaults | None = None
    added = False


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    faults = _Hook.now
    if faults is not None and event in _WATCHED and arguments:
        faults.happens(event, arguments[0])


@contextlib.contextmanager
def failing(faults: FileFaults) -> Iterator[FileFaults]:
    """While the block runs, in all threads of this process."""
    if not _Hook.added:
        _Hook.added = True
        sys.addaudithook(_audit)
    _Hook.now = faults
    try:
        yield faults
    finally:
        _Hook.now = None


@dataclass
class Lived:
    """What became of a night."""

    answered: bool
    faults: list[str]
    waiting: int  # rows that aren't in the database
    answered_s: float = (
        0.0  # from the moment at which somebody might have cried; what held up the loop counts
    )


class HeldNight:
    """Settings with the microphone closed, so that no hearing process is needed: the cry is put into the loop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = UserPaths(folder / "config", folder / "data", folder / "cache")
        self.faults: list[str] = []
        self.somebody_cries = True
        days = 10 if self.paths.backups.exists() else 0  # later than all that was copied there
        self.begins = datetime(2026, 11, 23, 2, tzinfo=UTC) + timedelta(days=days)
        self.paths.config.mkdir(parents=True, exist_ok=True)
        self.paths.settings_file.write_text("[audio]\nwake_enabled = false\n", encoding="utf-8")

    def choices(self, **more: object) -> Choices:
        def seen(fault: Fault) -> None:
            self.faults.append(fault.sentence)

        chosen = {"on_fault": seen} | more
        return Choices(
            loudspeaker=WavLoudspeaker,
            voice=DUMB,
            clock=lambda: VirtualClock(self.begins),
            web_port=0,
            **chosen,  # type: ignore[arg-type]
        )

    def live(
        self, choices: Choices | None = None, *,
        at_start: Trouble | None = None, at_night: Trouble | None = None, waits_for: str = "",
    ) -> Lived:  # fmt: skip
        """`waits_for`: part of a fault that has to be told before the night ends."""
        return asyncio.run(self._live(choices or self.choices(), at_start, at_night, waits_for))

    async def _live(
        self, choices: Choices, at_start: Trouble | None, at_night: Trouble | None, waits_for: str
    ) -> Lived:
        answered = False
        start = at_start.happening() if at_start else contextlib.nullcontext()
        with start, InstanceLock(self.paths.lock_file):
            night = RunningNight.wire(self.paths, choices)
            running = asyncio.create_task(night.run())
            await asyncio.sleep(0.05)
            with at_night.happening() if at_night else contextlib.nullcontext():
                began_s = time.monotonic()
                for _ in range(2):
                    self._a_second_passes(night)
                    await asyncio.sleep(0.01)
                if self.somebody_cries:
                    night.ground.loop.deliver(CRY)
                    answered = await _comes_true(lambda: _is_helped(night)) and not running.done()
                answered_s = time.monotonic() - began_s
                await _comes_true(lambda: any(waits_for in said for said in [*self.faults, ""]))
                waiting = night.journal.waiting
            night.ground.loop.stop()
            await asyncio.wait_for(running, 20)
        return Lived(answered and answered_s < ANSWERED_S, self.faults, waiting, answered_s)

    @staticmethod
    def _a_second_passes(night: RunningNight) -> None:
        clock = night.ground.clock
        assert isinstance(clock, VirtualClock)
        clock.advance(100_000.0)  # backups, signs of life and whatever else waits for its time
        night.ground.rounds.turn()


def _is_helped(night: RunningNight) -> bool:
    """The cramp is being relieved, and the loudspeaker sounds."""
    return night.loudspeaker.playing and night.engine.state.protocol == "calf"


async def _comes_true(condition: Callable[[], bool]) -> bool:
    until_s = time.monotonic() + ANSWERED_S
    while time.monotonic() < until_s:
        if condition():
            return True
        await asyncio.sleep(0.005)
    return False
