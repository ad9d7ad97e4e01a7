"""Put on PYTHONPATH beside libfaketime 0.9.10, which refuses the sleep of Python 3.11 and later on an unfaked clock."""

from __future__ import annotations

import select
import time


def _sleep(seconds: float) -> None:
    select.select([], [], [], max(0.0, seconds))


time.sleep = _sleep
