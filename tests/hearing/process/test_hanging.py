"""Who hangs and who only waits: told of real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from skill.hearing.process.hanging import PATIENCE_S, WORK, Doubt

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@contextmanager
def process(code: str) -> Iterator[int]:
    """Its process id, once it has come to its last line."""
    child = subprocess.Popen([sys.executable, "-uc", f"print()\n{code}"], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    try:
        yield child.pid
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def until(pid: int, *states: str) -> None:
    while psutil.Process(pid).status() not in states:
        pass


def test_one_that_sleeps_without_end_hangs() -> None:
    with process("import time; time.sleep(600)") as pid:
        until(pid, psutil.STATUS_SLEEPING)
        doubt = Doubt(pid)
        assert doubt.hangs(1.0) and doubt.hangs(1.0)


def test_one_that_works_or_waits_for_a_processor_does_not() -> None:
    with process("while True: pass") as pid:
        assert not Doubt(pid).hangs(1.0)
        assert Doubt(pid).hangs(PATIENCE_S)  # patience has an end


def test_one_that_lets_another_thread_of_its_own_work_does_not() -> None:
    code = "import threading\nt = threading.Thread(target=lambda: [None for _ in iter(int, 1)])\nt.start(); t.join()"
    with process(code) as pid:
        assert not Doubt(pid).hangs(1.0)


def test_one_that_works_far_longer_than_any_turn_takes_goes_round_in_a_circle() -> None:
    with process("while True: pass") as pid:
        doubt = Doubt(pid, patience_s=0.1 / WORK)
        while not doubt.hangs(0.0):
            pass


def test_one_that_was_stopped_hangs_whatever_it_was_doing() -> None:
    with process("while True: pass") as pid:
        os.kill(pid, signal.SIGSTOP)
        until(pid, psutil.STATUS_STOPPED)
        assert Doubt(pid).hangs(0.0)
