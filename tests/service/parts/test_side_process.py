"""The process beside the night: it is kept running, given more time after each failure, and never waited for."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field

from skill.service.parts.side_process import Child, SideProcess
from skill.service.ports import FaultReports


@dataclass
class Beside:
    """Real processes that run for ever, or end at once with `code`; and the clock."""

    code: int | None = None
    wanted: bool = True
    now_s: float = 0.0
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)

    def launch(self) -> Child:
        script = "import sys; sys.stdin.read()" if self.code is None else f"raise SystemExit({self.code})"
        child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE)
        self.started.append(child)
        if self.code is not None:
            child.wait(20)
        return child

    def side(self) -> SideProcess:
        def tell(_source: str, _severity: str, sentence: str, _cause: str = "", /) -> None:
            self.told.append(sentence)

        reports = FaultReports(tell, lambda _source, cause: self.mended.append(cause))
        return SideProcess(lambda: self.wanted, self.launch, lambda: self.now_s, reports)

    def end(self) -> None:
        for child in self.started:
            child.kill()
            child.wait(10)


def test_nothing_is_started_that_nobody_wants() -> None:
    beside = Beside(wanted=False)
    beside.side().turn()
    assert beside.started == []


def test_it_is_started_once_and_ended_when_nobody_wants_it_any_more() -> None:
    beside = Beside()
    side = beside.side()
    side.turn()
    side.turn()
    (child,) = beside.started
    beside.wanted = False
    side.turn()
    assert child.wait(20) != 0
    assert beside.told == []


def test_one_that_ends_is_told_of_once_and_started_again_ever_more_seldom() -> None:
    beside = Beside(code=3)
    side, starts = beside.side(), []
    for second in range(80):
        beside.now_s, before = float(second), len(beside.started)
        side.turn()
        if len(beside.started) > before:
            starts.append(second)
    assert starts == [0, 6, 17, 38, 79]
    assert len(beside.told) == 1
    assert "kode 3" in beside.told[0]


def test_one_that_runs_well_again_is_told_of_as_mended() -> None:
    beside = Beside(code=3)
    side = beside.side()
    side.turn()
    side.turn()
    beside.code, beside.now_s = None, 10.0
    side.turn()
    beside.now_s = 700.0
    side.turn()
    assert beside.mended == ["connect"]
    beside.end()


def test_a_system_that_starts_nothing_is_a_line_and_no_error() -> None:
    beside = Beside()

    def refuses() -> Child:
        raise OSError(12, "Cannot allocate memory")

    told: list[str] = []
    reports = FaultReports(lambda _source, _severity, sentence, _cause="": told.append(sentence))
    SideProcess(lambda: True, refuses, lambda: beside.now_s, reports).turn()
    assert len(told) == 1
