"""A process that has used much memory once doesn't hold it all night."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

USED_ONCE = """
import psutil
from skill.memory import give_back

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
