"""The compose file of a ward, without an engine: its command is one of ours, its broker is one that mosquitto takes."""

from __future__ import annotations

import errno
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from skill.commands.machine.ward import PASSWORD, serve
from tests.connect.broker import broker, needs_mosquitto
from tests.connect.process import until

yaml = pytest.importorskip("yaml")
FILE = Path(__file__).resolve().parents[2] / ".github/packaging/ward.yaml"


@pytest.fixture
def services() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text("utf-8"))["services"])


def test_its_command_is_one_of_ours_with_options_that_it_has(services: dict[str, Any]) -> None:
    group, name, *options = services["ward"]["command"]
    assert (group, name) == ("ward", serve.name)
    given = serve.make_context("serve", options).params
    assert (given["broker"], given["port"]) == ("broker", 8714)
    assert given["database"].startswith("postgresql+psycopg://ward:")
    assert PASSWORD in services["ward"]["environment"]


def test_the_pages_are_open_to_this_machine_alone(services: dict[str, Any]) -> None:
    assert services["ward"]["ports"] == ["127.0.0.1:8714:8714"]
    assert "ports" not in services["database"]


def test_no_password_stands_in_it(services: dict[str, Any]) -> None:
    told = re.findall(r"PASSWORD\S*: \"([^\"]+)\"", FILE.read_text("utf-8"))
    assert told
    assert all(re.fullmatch(r"\$\{\w+:\?\}", each) for each in told)
    assert "@database/ward" in services["ward"]["environment"]["DATABASE"]


@needs_mosquitto
def test_mosquitto_takes_the_broker_s_rules(tmp_path: Path) -> None:
    config = yaml.safe_load(FILE.read_text("utf-8"))["configs"]["broker"]["content"]
    for name in ("passwords", "acl"):
        (tmp_path / name).touch()
    named = [line.replace("/mosquitto/rules", str(tmp_path)) for line in config.splitlines()[1:]]
    with broker(tmp_path / "broker", *named) as (port, process), socket.socket() as asked:
        until(lambda: asked.connect_ex(("127.0.0.1", port)) in (0, errno.EISCONN))
        assert process.poll() is None
