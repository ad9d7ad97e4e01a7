"""One rule: whatever observers, side rooms and file operations do, the cry is answered, and what failed is said."""

from __future__ import annotations

import asyncio
import builtins
import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skill.content.in_force import Contents
from skill.journal.storage.store import Journal
from skill.service.clock import Clock
from skill.service.guarded import Guard
from skill.service.ports import Witness
from tests.service.whole.held_night import FAILING, FileFaults, HeldNight


def _of_python() -> Iterator[BaseException]:
    """Every exception that Python itself can raise and that can be made without arguments."""
    waiting: list[type[BaseException]] = [Exception]
    while waiting:
        kind = waiting.pop()
        waiting += [each for each in kind.__subclasses__() if each.__module__ == "builtins"]
        if kind is not Exception and getattr(builtins, kind.__name__, None) is kind:
            try:
                yield kind()
            except TypeError:
                continue


EXCEPTIONS: list[BaseException] = [
    *_of_python(),
    *(OSError(number, "made up") for number in (*FAILING, errno.EPIPE, errno.EIO, errno.EBADF, errno.ENODEV)),
    UnicodeEncodeError("latin-1", "…", 0, 1, "ordinal not in range"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    KeyboardInterrupt(),
    SystemExit(1),
    GeneratorExit(),
    asyncio.CancelledError(),
    KeyError("…"),
]


class Raising:
    """Whatever is asked of it."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def saw(self, what: object) -> None:  # noqa: ARG002
        raise self._error

    def __call__(self, *_: object) -> tuple[Witness, ...]:
        raise self._error


def _all_at_once(_contents: Contents, _clock: Clock) -> tuple[Witness, ...]:
    return tuple(Raising(error) for error in EXCEPTIONS)


SOME = [OSError(errno.EPIPE, "made up"), UnicodeEncodeError("latin-1", "…", 0, 1, "x"), KeyboardInterrupt()]
OBSERVERS: dict[str, Callable[[BaseException], dict[str, object]]] = {
    "what makes what prints": lambda error: {"witnesses": Raising(error)},
    "what prints faults": lambda error: {"on_fault": Raising(error)},
    "what prints that it is ready": lambda error: {"on_ready": Raising(error)},
    "what sees to the end": lambda error: {"on_end": Raising(error)},
}


def test_observers_raise_whatever_python_can_raise_and_the_cry_is_answered(tmp_path: Path) -> None:
    night = HeldNight(tmp_path)
    lived = night.live(night.choices(witnesses=_all_at_once), waits_for="Terminalen svikter")
    assert lived.answered
    assert len([said for said in lived.faults if "Terminalen svikter" in said]) == 1  # told once


@pytest.mark.parametrize("error", EXCEPTIONS, ids=repr)
def test_the_guard_lets_nothing_through(error: BaseException) -> None:
    told: list[str] = []
    guard = Guard(lambda _source, _severity, sentence, _cause="": told.append(sentence))
    assert guard.call("Sidene", lambda: Raising(error).saw(""), None) is None
    assert told[0].startswith("Sidene svikter (")


@pytest.mark.parametrize("error", SOME, ids=repr)
@pytest.mark.parametrize("observer", OBSERVERS)
def test_a_terminal_that_fails_from_the_start(observer: str, error: BaseException, tmp_path: Path) -> None:
    night = HeldNight(tmp_path)
    assert night.live(night.choices(**OBSERVERS[observer](error))).answered


@pytest.fixture(scope="module")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has been used, so that a start does what it does every day."""
    night = HeldNight(tmp_path_factory.mktemp("used"))
    night.somebody_cries = False  # nothing is left open
    night.live()
    return night.folder


def _again(used_home: Path, folder: Path) -> HeldNight:
    shutil.copytree(used_home, folder)
    return HeldNight(folder)


def _operations(used_home: Path, folder: Path, when: str) -> list[str]:
    counted = FileFaults(folder)
    _again(used_home, folder).live(**{when: counted})  # type: ignore[arg-type]
    return counted.what


def _kind(operation: str) -> str:
    """The copies of the prompts are some sixty files, read and written alike."""
    event, _, path = operation.partition(" ")
    return f"{event} {path.split('/')[2:3]} {Path(path).suffix}"


@pytest.mark.parametrize("when", ["at_start", "at_night"])
def test_every_file_operation_may_fail_once(when: str, used_home: Path, tmp_path: Path) -> None:
    operations = _operations(used_home, tmp_path / "counted", when)
    assert operations
    once = {_kind(what): at for at, what in enumerate(operations)}  # of many alike, the last
    for what, at in once.items():
        number = FAILING[at % len(FAILING)]
        folder = tmp_path / f"{at}"
        lived = _again(used_home, folder).live(**{when: FileFaults(folder, at, number)})  # type: ignore[arg-type]
        assert lived.answered, (what, number)


@pytest.mark.parametrize("number", FAILING)
@pytest.mark.parametrize("when", ["at_start", "at_night"])
def test_every_file_operation_may_fail_from_some_moment_on(
    when: str, number: int, used_home: Path, tmp_path: Path
) -> None:
    operations = len(_operations(used_home, tmp_path / "counted", when))
    for at in range(0, operations, max(1, operations // 4)):
        folder = tmp_path / f"{at}"
        faults = FileFaults(folder, at, number, from_then_on=True)
        lived = _again(used_home, folder).live(**{when: faults})  # type: ignore[arg-type]
        assert lived.answered, (at, number)


@pytest.mark.parametrize("number", FAILING)
def test_without_any_writable_place_the_rows_are_kept_in_memory_and_that_is_said(
    number: int, tmp_path: Path
) -> None:
    night = HeldNight(tmp_path)
    everything = FileFaults(tmp_path / "data", 0, number, from_then_on=True)
    lived = night.live(at_start=everything)
    assert lived.answered
    assert lived.waiting >= 3  # service_started, deaf_from, episode_started, …
    assert any("minnet" in said or "Journalen kan ikke" in said for said in lived.faults), lived.faults


def test_the_reason_for_the_end_is_true(tmp_path: Path) -> None:
    night = HeldNight(tmp_path)
    night.live()
    with Journal.open(night.paths.database_file) as journal:
        ended = [event.text("reason") for event in journal.device_events(kinds=("service_stopped",))]
    assert ended == ["asked"]
