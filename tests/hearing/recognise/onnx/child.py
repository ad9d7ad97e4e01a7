"""Runs a script in a process of its own: kaldifst and libvosk, two builds of OpenFst, may hang in one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest

from skill.hearing.recognise.loading import VARIABLE

PACKAGES = ("onnx", "kaldi_native_fbank", "kaldifst", "kaldi_decoder")
SECOND_DECODER_LACKS = [package for package in PACKAGES if find_spec(package) is None]
needs_second_decoder = pytest.mark.skipif(
    bool(SECOND_DECODER_LACKS),
    reason="krampevakt[second-decoder] is not installed",
)


def told_by(script: str, *arguments: str, decoder: str = "onnx") -> Any:
    """What the script prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=180, check=False,
        env=os.environ | {VARIABLE: decoder, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
