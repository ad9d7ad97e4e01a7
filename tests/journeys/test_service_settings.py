"""Settings that the whole service shows: a microphone that is closed, pages that are not opened."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.needs import needs_model
from tests.service.bedside_process import RunningService, recording

pytestmark = needs_model
CRY = [(8.0, "kari", "krampe i leggen")]


@pytest.fixture
def running() -> Iterator[list[RunningService]]:
    found: list[RunningService] = []
    yield found
    for service in found:
        if service.process.poll() is None:
            service.kill()


def start(tmp_path: Path, running: list[RunningService], settings: str) -> RunningService:
    write(tmp_path, settings)
    service = RunningService(tmp_path / "home", recording(tmp_path / "night.wav", CRY))
    running.append(service)
    return service


def write(tmp_path: Path, settings: str) -> None:
    folder = tmp_path / "home" / "config"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.toml").write_text(settings, encoding="utf-8")


def hearing_processes(service: RunningService) -> list[psutil.Process]:
    children = psutil.Process(service.process.pid).children(recursive=True)
    return [child for child in children if "skill.hearing.process.worker" in command_of(child)]


def command_of(process: psutil.Process) -> list[str]:
    """Empty for one that has ended since it was listed, also where nobody has asked for its exit code yet."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def test_switched_off_nothing_hears_and_the_status_says_so_until_it_is_switched_on(
    tmp_path: Path, running: list[RunningService]
) -> None:
    service = start(tmp_path, running, "[audio]\nwake_enabled = false\n")
    service.wait_for(lambda: service.status().get("listening") == "off")
    assert hearing_processes(service) == []
    assert "episode_started" not in service.kinds()
    (deaf,) = [row for row in service.events() if row.kind == "deaf_from"]
    assert "slått av i innstillingene" in deaf.text("sentence")
    write(tmp_path, "[audio]\nwake_enabled = true\n")
    service.wait_for(lambda: {"hearing_again", "episode_started"} <= set(service.kinds()))
    write(tmp_path, "[audio]\nwake_enabled = false\n[voice]\nrate_wpm = 119\n")
    service.wait_for(lambda: service.kinds().count("deaf_from") == 2, 120.0)
    service.wait_for(lambda: hearing_processes(service) == [])


def test_pages_that_are_not_wanted_are_not_opened(tmp_path: Path, running: list[RunningService]) -> None:
    service = start(tmp_path, running, "[web]\nenabled = false\n")
    service.wait_for(lambda: "episode_started" in service.kinds())
    with socket.socket() as knocking:
        assert knocking.connect_ex(("127.0.0.1", service.port)) != 0


def test_the_pages_open_at_the_host_and_port_of_the_settings(
    tmp_path: Path, running: list[RunningService]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.2", 0))
        port = int(free.getsockname()[1])
    write(tmp_path, f'[web]\nhost = "127.0.0.2"\nport = {port}\n')
    service = RunningService(tmp_path / "home", recording(tmp_path / "night.wav", []), given_port=False)
    running.append(service)

    def answers() -> bool:
        with socket.socket() as knocking:
            return knocking.connect_ex(("127.0.0.2", port)) == 0

    service.wait_for(answers)
