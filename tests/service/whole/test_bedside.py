"""The whole service in processes of its own: started, heard, killed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.needs import needs_model
from tests.service.bedside_process import RunningService, recording

pytestmark = needs_model


@pytest.fixture
def services() -> Iterator[list[RunningService]]:
    running: list[RunningService] = []
    yield running
    for service in running:
        if service.process.poll() is None:
            service.kill()


def test_a_cry_in_the_recording_becomes_an_episode_and_the_pages_say_that_it_hears(
    tmp_path: Path, services: list[RunningService]
) -> None:
    sound = recording(tmp_path / "night.wav", [(6.0, "kari", "krampe i leggen")])
    service = RunningService(tmp_path / "home", sound)
    services.append(service)
    service.wait_for(lambda: service.status().get("listening") == "hearing")
    service.wait_for(lambda: {"episode_started", "said"} <= set(service.kinds()))
    assert service.stop() == 0
    assert service.kinds()[0] == "service_started"
    assert service.kinds()[-1] == "service_stopped"


def test_killed_in_the_middle_nothing_is_lost_and_the_next_start_says_that_it_was_interrupted(
    tmp_path: Path, services: list[RunningService]
) -> None:
    sound = recording(tmp_path / "night.wav", [(6.0, "kari", "krampe i leggen")])
    first = RunningService(tmp_path / "home", sound)
    services.append(first)
    first.wait_for(lambda: "step_started" in first.kinds())
    before = [event.uuid for event in first.events()]
    first.kill()

    silence = recording(tmp_path / "silence.wav", [])
    second = RunningService(tmp_path / "home", silence)
    services.append(second)
    second.wait_for(lambda: second.kinds().count("service_started") == 2)
    after = second.events()
    assert [event.uuid for event in after][: len(before)] == before
    ended = [event for event in after if event.kind == "episode_ended"]
    assert [event.text("reason") for event in ended] == ["interrupted"]


def test_the_hearing_process_may_die_and_the_service_hears_again(
    tmp_path: Path, services: list[RunningService]
) -> None:
    service = RunningService(tmp_path / "home", recording(tmp_path / "silence.wav", []))
    services.append(service)
    service.wait_for(lambda: service.status().get("listening") == "hearing")
    os.kill(_hearing_child(service.process.pid), signal.SIGKILL)
    service.wait_for(lambda: b"startes p" in service.log.read_bytes())
    service.wait_for(lambda: service.status().get("listening") == "hearing")


def test_a_second_instance_says_so_in_one_sentence_and_the_first_goes_on(
    tmp_path: Path, services: list[RunningService]
) -> None:
    first = RunningService(tmp_path / "home", recording(tmp_path / "silence.wav", []))
    services.append(first)
    first.wait_for(lambda: first.status().get("listening") == "hearing")
    second = RunningService(tmp_path / "home", tmp_path / "silence.wav")
    services.append(second)
    assert second.process.wait(30) == 1
    assert "kjører allerede" in first.log.read_text("utf-8")
    assert first.status().get("listening") == "hearing"


def test_broken_settings_are_told_of_and_the_night_goes_on(
    tmp_path: Path, services: list[RunningService]
) -> None:
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('language = "klingon"\n[voice\n', "utf-8")
    service = RunningService(tmp_path / "home", recording(tmp_path / "silence.wav", []))
    services.append(service)
    service.wait_for(lambda: service.status().get("listening") == "hearing")
    service.wait_for(lambda: "settings.toml" in service.log.read_text("utf-8"))  # told when all is up
    assert "settings.toml" in service.log.read_text("utf-8")


def test_a_changed_setting_is_taken_over_while_it_runs(
    tmp_path: Path, services: list[RunningService]
) -> None:
    service = RunningService(tmp_path / "home", recording(tmp_path / "silence.wav", []))
    services.append(service)
    service.wait_for(lambda: service.status().get("listening") == "hearing")
    wrong = tmp_path / "home" / "config" / "settings.toml"
    wrong.write_text("[voice]\nrate_wpm = 9999\n", "utf-8")
    service.wait_for(lambda: "rate_wpm" in service.log.read_text("utf-8"))


def _hearing_child(parent: int) -> int:
    for _ in range(50):
        found = subprocess.run(
            ["pgrep", "-P", str(parent), "-f", "skill.hearing.process.worker"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split()
        if found:
            return int(found[0])
        time.sleep(0.1)
    raise AssertionError(f"no hearing process below {parent} ({sys.platform})")
