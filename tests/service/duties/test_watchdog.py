from __future__ import annotations

import socket
from pathlib import Path

from skill.service.duties.watchdog import Watchdog


def test_signs_of_life_reach_whoever_listens(tmp_path: Path) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(address))
        manager.settimeout(2)
        watchdog = Watchdog(str(address))
        watchdog.ready("starter")
        watchdog.alive("hører")
        watchdog.status("DØV")
        watchdog.stopping()
        said = [manager.recv(200).decode() for _ in range(4)]
    assert said[0].startswith("READY=1")
    assert "WATCHDOG=1" in said[1]
    assert "WATCHDOG" not in said[2]
    assert said[3] == "STOPPING=1"


def test_without_a_manager_nothing_happens(tmp_path: Path) -> None:
    Watchdog("").alive("hører")
    Watchdog(str(tmp_path / "nobody")).alive("hører")
    assert not Watchdog("").watched


def test_a_manager_that_has_stopped_reading_holds_nothing_up(tmp_path: Path) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(address))
        for _ in range(5000):  # far more than any system keeps for it
            Watchdog(str(address)).status("DØV")
