from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path

from skill.commands.machine.unit import install_unit, unit_text


def test_the_unit_restarts_for_ever_and_is_watched() -> None:
    text = unit_text("/opt/kv/bin/krampevakt")
    wanted = {"Type=notify", "Restart=always", "StartLimitIntervalSec=0"}
    assert wanted | {"ExecStart=/opt/kv/bin/krampevakt run --quiet"} <= set(text.splitlines())
    assert "WatchdogSec=" in text
    assert "KRAMPEVAKT_HOME" not in text


def test_a_folder_of_one_s_own_follows_into_the_unit() -> None:
    assert 'Environment="KRAMPEVAKT_HOME=/srv/kv"' in unit_text("krampevakt", "/srv/kv")


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
