"""A handful of what `python -m tests.bench.faults.file_calls` does by the thousand: calls of the C library that fail.

Unlike the audit hook of the tests beside this one it reaches `write`, `fsync`, `close` and locks, SQLite's included.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.faults.file_calls.calls import COMPILER, kind
from tests.bench.faults.results import Results

EVERY = 61  # some thirty nights, of every name of call and every error


@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which(COMPILER) is None, reason="needs Linux and a C compiler"
)
def test_whatever_call_on_a_file_fails_the_cry_is_answered_and_no_row_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    words = ["--every", str(EVERY), "--results", str(path)]
    subprocess.run([sys.executable, "-m", "tests.bench.faults.file_calls", *words], check=True)
    lines = Results(path).lines
    assert len(lines) >= 20
    assert [
        line for line in lines if line.outcome.left_alone or line.outcome.lost or line.outcome.corrupt
    ] == []


def test_calls_on_the_same_file_are_of_one_kind() -> None:
    names = [f"write /data/backups/.journal-2026112{day}T023344Z.db.part" for day in range(2)]
    assert {kind(name) for name in names} == {"write /data/backups/.journal-#T#Z.db.part"}
    assert kind("open /data/prompts_last_good/nn/hold.toml") == "open /data/prompts_last_good/nn/….toml"
