"""What a page asks of the night, through the whole service: to listen to somebody, and to begin anew."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.needs import needs_model
from tests.service.bedside_process import RunningService, recording
from tests.service.browsing import Reader

pytestmark = needs_model
BY_HAND = "ble startet for hånd"
BUSY = "hjelper noen akkurat nå"
ENROL = "/settings/enrol"
UNREADABLE = "kan ikke leses, så det hører deg som alle andre"
MANY = 6  # each listens for some seconds


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[str]:
    """The socket that systemd gives a service which it will start again."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind(str(tmp_path / "notify"))
        yield str(tmp_path / "notify")


def started(home: Path, sound: Path, **environment: str) -> tuple[RunningService, Reader]:
    service = RunningService(home, sound, environment)
    service.wait_for(lambda: service.status().get("listening") == "hearing")
    return service, Reader(service)


def test_the_microphone_test_says_what_it_heard_and_starts_no_help(tmp_path: Path) -> None:
    sound = recording(tmp_path / "night.wav", [(20.0, "kari", "krampe i leggen"), (60.0, "kari", "neste")])
    service, reader = started(tmp_path / "home", sound)
    try:
        pages = [reader.send("/settings/microphone")]
        while "«krampe i leggen»" not in pages[-1] and len(pages) < MANY:
            pages.append(reader.send("/settings/microphone"))
        assert "«krampe i leggen»" in pages[-1]
        assert "episode_started" not in service.kinds()
    finally:
        service.stop()


def test_without_systemd_nobody_would_start_it_again_so_it_goes_on(tmp_path: Path) -> None:
    service, reader = started(tmp_path / "home", recording(tmp_path / "night.wav", [(60.0, "kari", "neste")]))
    try:
        assert BY_HAND in reader.send("/settings/restart")
        assert service.status().get("listening") == "hearing"
    finally:
        service.stop()


def test_under_systemd_it_ends_in_good_order_so_that_it_is_started_again(
    tmp_path: Path, systemd: str
) -> None:
    sound = recording(tmp_path / "night.wav", [(60.0, "kari", "neste")])
    service, reader = started(tmp_path / "home", sound, NOTIFY_SOCKET=systemd)
    try:
        reader.send("/settings/restart")
        assert service.process.wait(30) == 0
        assert service.kinds()[-1] == "service_stopped"
    finally:
        service.stop()


def test_in_the_middle_of_a_cramp_it_does_not_begin_anew(tmp_path: Path, systemd: str) -> None:
    sound = recording(tmp_path / "night.wav", [(6.0, "kari", "krampe i leggen"), (60.0, "kari", "neste")])
    service, reader = started(tmp_path / "home", sound, NOTIFY_SOCKET=systemd)
    try:
        service.wait_for(lambda: "step_started" in service.kinds())
        assert BUSY in reader.send("/settings/restart")
        assert service.process.poll() is None
        assert "episode_ended" not in service.kinds()
    finally:
        service.stop()


def test_while_somebody_is_enrolled_the_night_goes_on_and_a_cry_between_two_phrases_gets_help(
    tmp_path: Path,
) -> None:
    cries = [
        (60.0, "kari", "krampe i leggen"),
        *[(30.0, "kari", "krampe i leggen")] * 8,
    ]  # one may be recorded
    sound = recording(tmp_path / "night.wav", cries)
    service, reader = started(tmp_path / "home", sound)
    try:
        service.wait_for(lambda: "Begynn" in reader.read(ENROL))
        reader.send(ENROL, action="begin")
        service.wait_for(lambda: "Ta opp nå" in reader.read(ENROL), 120.0)
        told = reader.read(ENROL)
        while "kan ikke brukes" not in told and "episode_started" not in service.kinds():
            assert "Frase 1 av 27" in reader.send(ENROL, action="say")  # and nobody says it
            service.wait_for(lambda: "Ta opp nå" in reader.read(ENROL), 120.0)
            told = reader.read(ENROL)
        service.wait_for(lambda: "episode_started" in service.kinds(), 120.0)
        assert BUSY in reader.send(ENROL, action="say")
        assert "Begynn" in reader.send(ENROL, action="end")
        assert not (service.home / "data" / "personal.json").exists()
    finally:
        service.stop()


def test_what_was_learned_beside_it_is_taken_and_forgotten_without_a_restart(tmp_path: Path) -> None:
    service, reader = started(tmp_path / "home", recording(tmp_path / "night.wav", [(90.0, "kari", "neste")]))
    personal = service.home / "data" / "personal.json"
    try:
        personal.write_text("not what was learned", encoding="utf-8")
        service.wait_for(lambda: UNREADABLE in reader.read("/status"))
        reader.send(ENROL, action="forget")
        assert not personal.exists()
        service.wait_for(lambda: UNREADABLE not in reader.read("/status"))
    finally:
        service.stop()
