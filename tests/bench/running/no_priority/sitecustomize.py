"""Put on PYTHONPATH: a system that lets nobody go before others."""

from __future__ import annotations

import os
from typing import Any


def _refused(*_: Any) -> None:
    raise PermissionError("not allowed")


os.setpriority = os.sched_setscheduler = _refused
