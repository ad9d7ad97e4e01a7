from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from skill.commands.machine.unit import install_unit, unit_path, unit_text


def test_the_unit_restarts_for_ever_and_is_watched() -> None:
    text = unit_text("/opt/kv/bin/krampevakt")
    wanted = {"Type=notify", "Restart=always", "StartLimitIntervalSec=0"}
    assert wanted | {"ExecStart=/opt/kv/bin/krampevakt run --quiet"} <= set(text.splitlines())
    assert "WatchdogSec=" in text
    assert "KRAMPEVAKT_HOME" not in text


def test_a_folder_of_one_s_own_follows_into_the_unit() -> None:
    assert 'Environment="KRAMPEVAKT_HOME=/srv/kv"' in unit_text("krampevakt", "/srv/kv")
    assert 'Environment="KRAMPEVAKT_DECODER=onnx"\n' in unit_text("krampevakt", decoder="onnx")


def test_what_can_t_be_done_is_left_to_the_user_as_the_line_to_type(tmp_path: Path) -> None:
    asked: list[Sequence[str]] = []

    def refuses_lingering(command: Sequence[str]) -> int:
        asked.append(command)
        return 1 if command[0] == "loginctl" else 0

    path = tmp_path / "systemd" / "user" / "krampevakt.service"
    steps = install_unit(path, unit_text("krampevakt"), refuses_lingering)
    assert path.read_text("utf-8") == unit_text("krampevakt")
    assert [step.done for step in steps[:4]] == [True, True, True, False]
    assert steps[3].command == ("loginctl", "enable-linger", getpass.getuser())
    assert [command[0] for command in asked] == ["systemctl", "systemctl", "loginctl"]


STRANGE = ["/opt/min mappe/bin/krampevakt", "/opt/100 %/krampevakt", '/opt/"hjemme"/krampevakt',
           "/opt/blåbær/kv", "/opt/$HOME/krampevakt", "/opt/back\\slash/krampevakt", "/opt/áŋđ/krampevakt"]  # fmt: skip


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("path", STRANGE)
def test_systemd_reads_paths_of_every_kind(path: str, tmp_path: Path) -> None:
    program = tmp_path / path.lstrip("/")
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    unit = tmp_path / "krampevakt.service"
    unit.write_text(unit_text(str(program), str(program.parent)), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", str(unit)],
        capture_output=True, text=True, check=False, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    complaints = [line for line in done.stderr.splitlines() if "krampevakt.service" in line]
    assert complaints == [], done.stderr


def test_a_second_home_on_one_machine_gets_a_service_of_its_own(tmp_path: Path) -> None:
    first, second = "/home/kari/krampevakt", "/home/kari/den andre"
    path = unit_path(tmp_path, first)
    assert path.name == "krampevakt.service"
    path.parent.mkdir(parents=True)
    path.write_text(unit_text("/opt/krampevakt", first), encoding="utf-8")
    assert unit_path(tmp_path, first) == path
    other = unit_path(tmp_path, second)
    assert other != path
    asked: list[Sequence[str]] = []
    install_unit(other, unit_text("/opt/krampevakt", second), lambda command: bool(asked.append(command)))
    assert ("systemctl", "--user", "enable", "--now", other.name) in asked
    assert "kari/krampevakt" in path.read_text("utf-8")
