"""A command ends, whatever its output, its libraries and its own threads still wait for."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

import pytest

START = (
    "import atexit, sys, threading; from skill.commands.leaving import leave_at_the_latest, leave_process\n"
)
LONGEST_S = 60  # patience for a busy machine


def code_of(program: str, stdout: int = subprocess.DEVNULL) -> int:
    command = [sys.executable, "-c", START + program]
    buffered = {**os.environ, "PYTHONUNBUFFERED": ""}  # what is printed waits for the flush
    return subprocess.run(command, stdout=stdout, env=buffered, timeout=LONGEST_S, check=False).returncode


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            "atexit.register(threading.Event().wait); leave_process(7)", id="a library that tidies up"
        ),
        pytest.param("leave_process(7, threading.Event().wait)", id="what was to be done last"),
        pytest.param("leave_at_the_latest(7, 0.1); threading.Event().wait()", id="a part that is put away"),
    ],
)
def test_nothing_that_hangs_is_waited_for(program: str) -> None:
    assert code_of(program) == 7


def test_what_was_printed_goes_out() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", START + "print('the last line'); leave_process(0, lambda: print('the very last'))"],
        capture_output=True, text=True, timeout=LONGEST_S, check=True,
    )  # fmt: skip
    assert shown.stdout.splitlines() == ["the last line", "the very last"]


def test_nobody_reads_the_pipe() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, bytes(4096))
    os.set_blocking(writing, True)
    try:
        assert code_of("print('a line for nobody'); leave_process(7)", writing) == 7
    finally:
        os.close(reading)
        os.close(writing)
