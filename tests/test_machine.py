"""A process that has used much memory once doesn't hold it all night; the ear goes before others where it may.

Other processes of ours are ours wherever the person stands; closed streams are nobody else's.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from skill.machine import EAR_NICENESS, before_others, own_program

USED_ONCE = """
import psutil
from skill.machine import give_back

resident = psutil.Process().memory_info
pieces = [bytes(2000) for _ in range(50_000)]
used = resident().rss
kept = pieces[-1]  # at the end of the heap, so that nothing goes back by itself
del pieces
held = resident().rss
give_back()
print(used - held, held - resident().rss)
"""


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc keeps it, and can be told to let go"
)
def test_what_was_used_once_goes_back_to_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", USED_ONCE], capture_output=True, text=True, check=True)
    by_itself, given_back = map(int, done.stdout.split())
    assert by_itself < 50_000_000 < given_back


IN_A_PROCESS = multiprocessing.get_context("spawn")


def _asked(answer: object, processors: int, allowed: bool) -> None:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:processors])
    if not allowed:
        resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0))
        resource.setrlimit(resource.RLIMIT_NICE, (0, 0))
        if os.geteuid() == 0:
            os.setuid(65534)
    before_others()
    answer.send((os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0)))  # type: ignore[attr-defined]


def asked(processors: int, allowed: bool) -> tuple[int, int]:
    ours, theirs = IN_A_PROCESS.Pipe()
    process = IN_A_PROCESS.Process(target=_asked, args=(theirs, processors, allowed))
    process.start()
    theirs.close()
    found = ours.recv()
    process.join()
    return tuple(found)


may = pytest.mark.skipif(os.geteuid() != 0, reason="needs the right to go before others")


@may
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two processors")
def test_before_every_ordinary_program_where_there_are_processors_enough() -> None:
    assert asked(processors=2, allowed=True) == (EAR_NICENESS, os.SCHED_RR)


@may
def test_a_single_processor_is_left_to_the_others_too() -> None:
    assert asked(processors=1, allowed=True) == (EAR_NICENESS, os.SCHED_OTHER)


def test_without_the_right_it_runs_as_before() -> None:
    assert asked(processors=2, allowed=False) == (0, os.SCHED_OTHER)


def test_a_folder_with_modules_of_somebody_else_changes_nothing(tmp_path: Path) -> None:
    for name in ("skill", "random", "numpy", "click"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    done = subprocess.run(own_program("skill", "--version"), cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_process_of_ours_is_started_so() -> None:
    for file in Path("skill").rglob("*.py"):
        for line in file.read_text("utf-8").splitlines():
            if "[sys.executable" in line:
                assert '[sys.executable, "-P"' in line, f"{file}: {line.strip()}"


FILLED = """
from skill.machine import fill_standard_streams
fill_standard_streams()
handle = open({path!r}, "w")
handle.write(str(handle.fileno()))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
@pytest.mark.parametrize("closed", ["<&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_no_file_gets_the_number_of_a_stream_that_was_closed(closed: str, tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = FILLED.format(path=str(told))
    subprocess.run(["sh", "-c", f'exec "$0" -c "$1" {closed}', sys.executable, program], check=True)
    assert int(told.read_text()) > 2


STORES = """
import ctypes, sys, threading
from skill.machine import few_arenas
few_arenas()
c, at_once = ctypes.CDLL(None), threading.Barrier(8)
c.malloc.restype = c.fopen.restype = ctypes.c_void_p
def work():
    at_once.wait()
    c.malloc(100)
    at_once.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
file = ctypes.c_void_p(c.fopen(sys.argv[1].encode(), b"w"))
c.malloc_info(0, file)
c.fclose(file)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's own")
def test_eight_threads_share_two_stores_of_free_memory(tmp_path: Path) -> None:
    shown = tmp_path / "malloc.xml"
    subprocess.run([sys.executable, "-c", STORES, str(shown)], check=True, timeout=60)
    assert shown.read_text("utf-8").count("<heap nr=") <= 2
